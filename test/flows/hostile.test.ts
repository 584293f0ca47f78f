import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Posted } from '../../simulators/control/inbound.ts';
import {
  customerMessage,
  envelope,
  messagesValue,
  textMessage,
} from '../../simulators/meta/payloads.ts';
import { signWebhook, webhookJson } from '../../simulators/meta/sign.ts';
import type { InboundEvent } from '../../src/channels/inbound-event.ts';
import { parseWhatsApp } from '../../src/channels/whatsapp/parse.ts';
import { fixture, fixtureNames } from '../channels/whatsapp/parse-fixture.ts';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage, stageAppSecret } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await Promise.all([stage.start('server'), stage.start('worker')]);
});
afterAll(() => stage.close());

function post(raw: unknown): Promise<Posted> {
  return stage.simulators.customerWrites({ rawText: webhookJson(raw) });
}

function postBytes(rawText: string, signature?: string | null): Promise<Posted> {
  return stage.simulators.customerWrites({
    rawText,
    ...(signature === undefined ? {} : { signature }),
  });
}

async function column(sql: string, values: unknown[]): Promise<unknown[]> {
  const { rows } = await stage.owner.query({ text: sql, values, rowMode: 'array' });
  return rows.flat();
}

const storedTexts = (tenant: Tenant): Promise<unknown[]> =>
  column(`select text from messages where user_id = $1 and author = 'customer'`, [tenant.userId]);

function textFrom(tenant: Tenant, customer: string, text: string): Record<string, unknown> {
  const from = { waId: customer, name: 'Ana' };
  const message = textMessage({ id: `wamid.${customer}`, from, text, at: new Date() });
  return messagesValue({ phoneNumberId: tenant.accountId }, from, [message]);
}

describe('a text that is hard to hold', () => {
  const texts = [
    { name: 'NUL inside', text: 'before\u0000after', stored: 'beforeafter' },
    { name: 'a lone high surrogate', text: 'high \ud800 alone', stored: 'high \ufffd alone' },
    { name: 'a lone low surrogate', text: 'low \udc00 alone', stored: 'low \ufffd alone' },
    { name: 'direction marks', text: '\u202eright to left\u202c שלום \u200f', kept: true },
    { name: 'signs beyond the basic plane', text: '𝒽𝑒𝓁𝓁𝑜 👩‍👩‍👧‍👦 🇧🇷', kept: true },
    {
      name: 'what looks like code',
      text: `'); drop table messages; -- $1 %s {{x}} \\d`,
      kept: true,
    },
  ].map(({ name, text, stored = text }) => ({ name, text, stored }));

  // Seen failing with safeText giving back what it is given: Postgres refuses the text, and it is kept aside.
  it.each(texts)('is stored and answered: $name', async ({ text, stored }) => {
    const tenant = await stage.tenant();
    const customer = stage.customer();

    const { webhookStatus } = await stage.write(tenant, customer, text);

    expect(webhookStatus).toBe(200);
    await expectSettled(stage, tenant, { notRepeated: stored === text ? [] : [text] });
    expect(await storedTexts(tenant)).toEqual([stored]);
    expect(reached(stage, tenant).map((call) => call.text)).toEqual([`You said: "${stored}"`]);
  });

  // Seen failing with modelInput passing over a message without text: the model refuses a request without input.
  it('is answered although nothing is left of it', async () => {
    const tenant = await stage.tenant();

    await stage.write(tenant, stage.customer(), '\u0000');

    await expectSettled(stage, tenant, { notRepeated: ['\u0000'] });
    expect(reached(stage, tenant)).toHaveLength(1);
  });

  // Seen failing with modelInput not cutting: the model is asked to read all of it.
  it('is stored whole and answered at 100,000 characters', async () => {
    const tenant = await stage.tenant();
    const text = 'word '.repeat(20_000);

    await stage.write(tenant, stage.customer(), text);

    await expectSettled(stage, tenant, { notRepeated: [text] });
    expect(await storedTexts(tenant)).toEqual([text]);
    expect(reached(stage, tenant)).toHaveLength(1);
    const asked = stage.simulators
      .modelRequests()
      .map(({ body }) => JSON.stringify(body))
      .filter((body) => body.includes('word word'));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('the rest was cut off');
  });
});

describe('a webhook of 3 MB with 1,000 messages of 1,000 customers', () => {
  // Seen failing with the body limit at 100 kB, and with only the first change of an entry read.
  it('is stored whole before it is answered, and each customer is answered once', async () => {
    const tenant = await stage.tenant({ messagesPerSecond: 2_000 });
    const customers = Array.from({ length: 1_000 }, () => stage.customer());
    const body = webhookJson(
      envelope(
        customers.map((one) => textFrom(tenant, one, `I am ${one}. ${'Please. '.repeat(335)}`)),
      ),
    );
    expect(body.length).toBeGreaterThan(3_000_000);

    const { webhookStatus } = await postBytes(body);

    expect(webhookStatus).toBe(200);
    expect(await storedTexts(tenant)).toHaveLength(1_000);
    await eventually('all are answered', () => reached(stage, tenant).length >= 1_000, {
      withinMs: 60_000,
    });
    await expectSettled(stage, tenant);
    const answers = reached(stage, tenant).map(({ to, text }) => `${to} ${text?.slice(0, 60)}`);
    expect(answers.sort()).toEqual(
      customers
        .map((one) =>
          `${one} You said: "I am ${one}. ${'Please. '.repeat(9)}`.slice(0, answers[0]?.length),
        )
        .sort(),
    );
  }, 90_000);
});

describe('what WhatsApp may send', () => {
  async function traces(event: InboundEvent): Promise<unknown[]> {
    switch (event.type) {
      case 'message':
      case 'comment':
      case 'echo':
        return column('select 1 from messages where platform_message_id = $1', [
          event.providerMessageId,
        ]);
      case 'status':
        return column(
          'select 1 from delivery_events where platform_message_id = $1 and status = $2',
          [event.providerMessageId, event.status],
        );
      case 'edit':
      case 'revoke':
      case 'reaction':
        return column(
          `select 1 from messages where platform_message_id = $1
            union all select 1 from unhandled_events where payload ->> 'targetProviderMessageId' = $1`,
          [event.targetProviderMessageId],
        );
      case 'call':
        return column(`select 1 from unhandled_events where payload ->> 'providerCallId' = $1`, [
          event.providerCallId,
        ]);
      case 'account_notice':
      case 'unknown':
        return column('select 1 from unhandled_events where payload = $1', [
          JSON.stringify(event.payload),
        ]);
      case 'identity_change':
        // Changes what is known of a customer; that nobody knows this one leaves no trace.
        return [1];
    }
  }

  beforeAll(async () => {
    await stage.tenant({ accountId: '900100200300400' });
  });

  // Seen failing with `unknown` events left out of planInbound.
  it.each(fixtureNames)('is answered 200, and stored or kept: %s', async (name) => {
    const { webhookStatus } = await post(fixture(name));

    expect(webhookStatus).toBe(200);
    for (const event of parseWhatsApp(fixture(name))) {
      expect({ event, traces: await traces(event) }).not.toMatchObject({ traces: [] });
    }
  });

  it('is kept when it comes for an account that nobody has', async () => {
    const tenant = { ...(await stage.tenant()), accountId: '404404404' };
    const customer = stage.customer();

    const { webhookStatus } = await post(envelope([textFrom(tenant, customer, 'anybody there?')]));

    expect(webhookStatus).toBe(200);
    expect(
      await column(
        `select user_id, reason from unhandled_events where payload ->> 'providerMessageId' = $1`,
        [`wamid.${customer}`],
      ),
    ).toEqual([null, 'no tenant has this account']);
  });

  it('does not lose its neighbours for a part that nobody can read', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    const from = { waId: customer };
    const at = new Date();
    const messages = [
      customerMessage({ id: 'wamid.odd', from, type: 'hologram', at, content: { hologram: {} } }),
      customerMessage({ id: 'wamid.bad', from, type: 'text', at, content: { text: 7 } }),
      textMessage({ id: 'wamid.good', from, text: 'I am good', at }),
    ];

    await post(envelope([messagesValue({ phoneNumberId: tenant.accountId }, from, messages)]));

    await eventually('the good one is answered', () =>
      reached(stage, tenant, customer).some(({ text }) => text?.includes('I am good')),
    );
    await expectSettled(stage, tenant);
  });
});

describe('a body that is no webhook of ours', () => {
  it.each(['null', 'true', '7', '"text"', '[]', '{}', '{"object":"page","entry":[{}]}'])(
    'is answered 200 and kept when it is signed: %s',
    async (body) => {
      const kept = () => column('select payload from unhandled_events', []);
      const before = (await kept()).length;

      const { webhookStatus } = await postBytes(body);

      expect(webhookStatus).toBe(200);
      expect((await kept()).length).toBe(before + 1);
    },
  );

  it('is answered 400 when it is signed and no JSON, 413 when it is too large', async () => {
    expect((await postBytes('{"object":')).webhookStatus).toBe(400);
    expect((await postBytes(`"${'x'.repeat(4 * 1024 * 1024)}"`)).webhookStatus).toBe(413);
  });

  it('survives JSON a hundred thousand levels deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect((await postBytes(deep)).webhookStatus).toBe(200);
  });
});

describe('a forged webhook', () => {
  // Seen failing with verifyMetaSignature answering true.
  it('is answered 401 and leaves nothing behind; the same bytes, rightly signed, are stored', async () => {
    const tenant = await stage.tenant();
    const body = webhookJson(envelope([textFrom(tenant, stage.customer(), 'let me in')]));
    const right = signWebhook(body, stageAppSecret);
    const forged = [
      null,
      '',
      'sha256=',
      'sha256=zz',
      signWebhook(body, 'another secret'),
      signWebhook(`${body} `, stageAppSecret),
      signWebhook('', stageAppSecret),
      right.slice('sha256='.length),
      right.replace('sha256=', 'sha1='),
      right.slice(0, -1),
      `${right}0`,
      right.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ];

    const statuses: number[] = [];
    for (const signature of forged) statuses.push((await postBytes(body, signature)).webhookStatus);

    expect(statuses).toEqual(forged.map(() => 401));
    expect(await storedTexts(tenant)).toEqual([]);
    expect(await column('select 1 from contacts where user_id = $1', [tenant.userId])).toEqual([]);
    expect((await postBytes(body, right)).webhookStatus).toBe(200);
    expect(await storedTexts(tenant)).toEqual(['let me in']);
  });
});
