import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customer, type Harness, phoneNumberId, startHarness } from '../harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const tap = (extra: Record<string, unknown> = {}) =>
  harness.control('POST', '/whatsapp/taps', { phoneNumberId, from: { waId: customer }, ...extra });

const linkButton = (change: Record<string, unknown> = {}, text = 'Here') => ({
  type: 'interactive',
  interactive: {
    type: 'cta_url',
    body: { text },
    action: {
      name: 'cta_url',
      parameters: { display_text: 'Prices', url: `${harness.simulators.url}/none`, ...change },
    },
  },
});

describe('a link button', () => {
  it('is accepted and opens its page when it is tapped', async () => {
    expect((await harness.send('', linkButton())).status).toBe(200);

    const { body } = await tap();

    expect(body).toEqual({ opened: `${harness.simulators.url}/none`, status: 404, location: null });
  });

  it.each([
    ['no label', { display_text: '' }],
    ['a label of 21 characters', { display_text: 'x'.repeat(21) }],
    ['no address', { url: undefined }],
    ['an address that is none', { url: '/r/1' }],
    ['an address that is no page', { url: 'javascript:alert(1)' }],
  ])('is refused with %s', async (_, change) => {
    expect((await harness.send('', linkButton(change))).status).toBe(400);
  });

  it('is refused without words, or with too many', async () => {
    expect((await harness.send('', linkButton({}, ''))).status).toBe(400);
    expect((await harness.send('', linkButton({}, 'x'.repeat(1_025)))).status).toBe(400);
    expect((await harness.send('', linkButton({}, 'x'.repeat(1_024)))).status).toBe(200);
  });
});

describe('a reply button', () => {
  it('writes its reply to the business', async () => {
    const buttons = ['yes', 'no'].map((id) => ({ type: 'reply', reply: { id, title: `${id}!` } }));
    const interactive = { type: 'button', body: { text: 'Well?' }, action: { buttons } };
    await harness.send('', { type: 'interactive', interactive });

    const { body } = await tap({ button: 1 });

    expect(body).toMatchObject({ replied: 'no', posted: { webhookStatus: 200 } });
    // The statuses of what was sent may come before it or after.
    const replies = harness.receiver.received
      .map(({ body: webhook }) => JSON.stringify(webhook))
      .filter((webhook) => webhook.includes('"button_reply"'));
    expect(replies).toEqual([expect.stringContaining('"button_reply":{"id":"no","title":"no!"}')]);
  });
});

it('says that there is nothing to tap', async () => {
  await harness.send('only text');

  expect((await tap()).status).toBe(400);
  expect((await tap({ phoneNumberId: undefined })).status).toBe(400);
});
