import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../simulators/lib/json.ts';
import type { Tenant } from '../support/arrange.ts';
import { askApi, onlyReply } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

const links = {
  pricing: 'https://casa-verde.example/prices?lang=pt',
  demo: 'https://casa-verde.example/demo',
};

let stage: Stage;
let server: RapportProcess;
let worker: RapportProcess;
let tenant: Tenant;
let customer: string;

beforeAll(async () => {
  stage = await openStage();
  [worker, server] = await Promise.all([stage.start('worker'), stage.start('server')]);
});
afterAll(() => stage.close());
beforeEach(async () => {
  tenant = await stage.tenant({ settings: { links } });
  customer = stage.customer();
});

const offer = (purpose: string, label: string | null = null): string =>
  `[[sim:tool offer_link ${JSON.stringify({ purpose, label })}]] what does it cost?`;

/** The customer writes, and has the answer with its button. */
async function askForLink(text = offer('pricing', 'Ver preços')): Promise<void> {
  await stage.write(tenant, customer, text);
  await eventually('the answer is there', () => reached(stage, tenant).length > 0);
}

/** Nobody can tap a button sooner than it can be read, and nothing sooner is counted. */
async function untilItCanBeRead(): Promise<void> {
  await eventually('the link is old enough', async () => {
    const { rowCount } = await stage.owner.query(
      `select from tracked_links where user_id = $1 and created_at > now() - interval '1.1 seconds'`,
      [tenant.userId],
    );
    return rowCount === 0;
  });
}

const tap = (more: JsonObject = {}) =>
  stage.simulators.customerTaps({
    phoneNumberId: tenant.accountId,
    from: { waId: customer },
    ...more,
  });

async function stored(): Promise<{ links: number; clicks: unknown[]; events: unknown[] }> {
  const read = async (text: string) => (await stage.owner.query(text, [tenant.userId])).rows;
  const [clicks, events, counts] = await Promise.all([
    read(`select kind, purpose, is_counted, because from link_clicks where user_id = $1
           order by clicked_at, link_click_id`),
    read(`select event_key, details from lead_events where user_id = $1 and kind = 'click'
           order by event_key`),
    read(`select (select count(*)::int from tracked_links where user_id = $1) as links`),
  ]);
  return { links: counts[0].links, clicks, events };
}

const counted = (kind: string, purpose = 'pricing') => ({
  kind,
  purpose,
  is_counted: true,
  because: null,
});
const event = (purpose = 'pricing') => ({ event_key: `click:${purpose}`, details: { purpose } });

describe('a link in a reply', () => {
  it('reaches the customer as a button below the words, and the API shows it', async () => {
    await askForLink();

    const [sent] = reached(stage, tenant);
    expect(sent?.body).toMatchObject({
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: expect.stringContaining('Done.') },
        action: {
          name: 'cta_url',
          parameters: {
            display_text: 'Ver preços',
            url: expect.stringMatching(/^http:\/\/localhost:\d+\/r\/[A-Za-z0-9_-]{22}$/),
          },
        },
      },
    });
    const reply = await onlyReply(stage, tenant);
    expect(reply).toMatchObject({
      type: 'interactive',
      content: { button: { purpose: 'pricing', label: 'Ver preços', url: expect.any(String) } },
    });
  });

  it('leads to the page and counts once as a fact, however often it is opened', async () => {
    await askForLink();
    await untilItCanBeRead();

    const taps = [await tap(), await tap(), await tap()];

    expect(taps.map((one) => ('opened' in one ? [one.status, one.location] : one))).toEqual(
      Array(3).fill([302, links.pricing]),
    );
    await eventually('the clicks are stored', async () => (await stored()).clicks.length === 3);
    expect(await stored()).toMatchObject({
      clicks: [counted('link'), counted('link'), counted('link')],
      events: [event()],
    });
  });

  // Seen failing with the clicks not making the conversation due: it is read after a minute of rest.
  it('has the conversation read at once, and stands in the lead', async () => {
    await askForLink();
    await untilItCanBeRead();

    await tap();

    await eventually('the lead says so', async () => {
      const { rowCount } = await stage.owner.query(
        `select from extractions where user_id = $1 and is_latest and cta_pricing_clicked = 'Yes'
            and cta_demo_clicked = 'No'`,
        [tenant.userId],
      );
      return rowCount === 1;
    });
  });

  it('is kept and not counted when a preview, a scanner or HEAD opens it', async () => {
    await askForLink();
    await untilItCanBeRead();

    await tap({ headers: { 'user-agent': 'facebookexternalhit/1.1' } });
    await tap({ headers: { 'user-agent': 'WhatsApp/2.25.1 A' } });
    await tap({ method: 'HEAD' });

    await eventually('the requests are stored', async () => (await stored()).clicks.length === 3);
    expect(await stored()).toMatchObject({
      clicks: ['bot', 'bot', 'head'].map((because) => ({ is_counted: false, because })),
      events: [],
    });
  });

  it('stays the same link when it is offered again', async () => {
    await askForLink();
    await askApi(stage, tenant, `agents/${tenant.agentId}`, {
      method: 'PATCH',
      body: { settings: { links: { pricing: 'https://casa-verde.example/new-prices' } } },
    });
    await stage.write(tenant, customer, offer('pricing', 'Ver preços'));
    await eventually('the second answer is there', () => reached(stage, tenant).length === 2);
    await untilItCanBeRead();

    const urls = reached(stage, tenant).map(({ body }) => JSON.stringify(body['interactive']));
    expect(urls[1]).toBe(urls[0]);
    expect((await stored()).links).toBe(1);
    expect(await tap()).toMatchObject({ location: 'https://casa-verde.example/new-prices' });
  });

  it('may be several: each further one is a message of its own', async () => {
    await askForLink(`[[sim:tool offer_link {"purpose":"demo","label":null}]]${offer('pricing')}`);
    await eventually('both are there', () => reached(stage, tenant).length === 2);

    expect(reached(stage, tenant).map(({ body }) => body['interactive'])).toMatchObject([
      { action: { parameters: { display_text: 'Book a demo' } } },
      { action: { parameters: { display_text: 'See prices' } } },
    ]);
  });

  it('stands in the text where the provider refuses the button', async () => {
    stage.simulators.addFault('whatsapp', {
      target: 'send',
      phoneNumberId: tenant.accountId,
      action: 'error',
      code: 131_009,
      times: 1,
    });

    await askForLink();

    const [sent, another] = reached(stage, tenant);
    expect(another).toBeUndefined();
    expect(sent).toMatchObject({
      type: 'text',
      text: expect.stringMatching(/^Done\.[\s\S]*\n\nhttp:\/\/localhost:\d+\/r\/\S{22}$/),
    });
  });

  it('gives way to the template when the reply window has closed', async () => {
    tenant = await stage.tenant({ settings: { links, templateName: 'come_back' } });
    stage.simulators.addFault('whatsapp', {
      target: 'send',
      phoneNumberId: tenant.accountId,
      action: 'error',
      code: 131_047,
      times: 1,
    });

    await askForLink();

    expect(reached(stage, tenant)).toMatchObject([
      { type: 'template', body: { template: { name: 'come_back' } } },
    ]);
    await eventually('the API says what was sent', async () => {
      const { content } = await onlyReply(stage, tenant);
      return 'sentTemplate' in content && 'button' in content;
    });
  });

  // Seen failing with toolboxes answering a toolbox with offer_link for every agent.
  it('is not offered to an agent without pages, which is asked as before', async () => {
    const plain = await stage.tenant();
    await stage.write(plain, stage.customer(), `${offer('pricing')} a plain agent`);
    await expectSettled(stage, plain, { notRepeated: [`${offer('pricing')} a plain agent`] });

    const [asked] = stage.simulators
      .modelRequests()
      .filter(({ body }) => JSON.stringify(body).includes('a plain agent'));
    expect(asked?.body).toMatchObject({ tools: [{ name: 'hand_over_to_human' }] });
    const { rows } = await stage.owner.query('select from tracked_links where user_id = $1', [
      plain.userId,
    ]);
    expect(rows).toEqual([]);
  });

  it.each([
    ['a purpose that there is not', { purpose: 'javascript:alert(1)', label: null }],
    ['a purpose without a page', { purpose: 'website', label: null }],
    ['an address in place of a purpose', { purpose: 'https://evil.example', label: 'x' }],
    ['no purpose', {}],
  ])('is not made of %s', async (_, given) => {
    await stage.write(tenant, customer, `[[sim:tool offer_link ${JSON.stringify(given)}]] hostile`);
    await eventually('the answer is there', () => reached(stage, tenant).length === 1);

    expect(reached(stage, tenant)).toMatchObject([
      { type: 'text', text: expect.stringContaining('do not fit') },
    ]);
    expect((await stored()).links).toBe(0);
  });
});

describe('a reply button of ours', () => {
  const buttonReply = (id: string, title = 'Prices'): JsonObject => ({
    type: 'interactive',
    message: { interactive: { type: 'button_reply', button_reply: { id, title } } },
  });

  // Seen failing with the clicks taken out of storePlan.
  it('counts as a click, once, however often it is delivered', async () => {
    await stage.write(tenant, customer, 'Prices', {
      ...buttonReply('lnk:pricing'),
      id: 'wamid.tapped',
      times: 5,
      concurrently: true,
    });
    await stage.write(tenant, customer, 'Prices', {
      ...buttonReply('lnk:pricing'),
      id: 'wamid.tapped',
    });

    expect(await stored()).toMatchObject({ clicks: [counted('button')], events: [event()] });
    const { rows } = await stage.owner.query(
      `select m.text from link_clicks c join messages m using (message_id) where c.user_id = $1`,
      [tenant.userId],
    );
    expect(rows).toEqual([{ text: 'Prices' }]);
  });

  it('counts in a template too, and other buttons do not', async () => {
    await stage.write(tenant, customer, '', {
      type: 'button',
      message: { button: { payload: 'lnk:demo', text: 'Show me' } },
    });
    await stage.write(tenant, customer, '', buttonReply('yes'));
    await stage.write(tenant, customer, '', buttonReply('lnk:everything'));
    await stage.write(tenant, customer, 'lnk:pricing');

    expect(await stored()).toMatchObject({
      clicks: [counted('button', 'demo')],
      events: [event('demo')],
    });
  });
});

describe('kill -9', () => {
  it('of the server right after the customer was led on loses no click', async () => {
    await askForLink();
    await untilItCanBeRead();

    await tap();
    await server.kill();

    expect(await stored()).toMatchObject({ clicks: [counted('link')], events: [event()] });
    server = await stage.start('server');
    await tap();
    await eventually('the second is stored', async () => (await stored()).clicks.length === 2);
    expect((await stored()).events).toEqual([event()]);
  });

  it('of the worker after the commit sends the button once', async () => {
    stage.simulators.addFault('whatsapp', {
      phoneNumberId: tenant.accountId,
      action: 'hang_after_send',
    });
    await askForLink();
    await worker.kill();
    worker = await stage.start('worker');

    await expectSettled(stage, tenant, { notRepeated: [offer('pricing', 'Ver preços')] });
    expect(reached(stage, tenant)).toMatchObject([{ type: 'interactive' }]);
    expect((await stored()).links).toBe(1);
  });
});
