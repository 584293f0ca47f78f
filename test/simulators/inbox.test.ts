import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function post(path: string, body: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${harness.simulators.inboxUrl}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text() };
}

const block = (type: string, text: string) => ({ type, text: { type: 'plain_text', text } });

describe('the simulated inbox', () => {
  it('answers as Slack, Teams and receivers of webhooks do', async () => {
    const card = {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock' }] },
        },
      ],
    };

    expect(await post('/slack/T/B/x', { text: 'hi' })).toEqual({ status: 200, text: 'ok' });
    expect(await post('/teams/x', card)).toEqual({ status: 202, text: '' });
    expect(await post('/webhook/x', 'anything')).toEqual({ status: 200, text: '' });
    expect((await post('/elsewhere', {})).status).toBe(404);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no text', {}],
    ['51 blocks', { text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
    ['a section that is too long', { blocks: [block('section', 'x'.repeat(3_001))] }],
    ['a header that is too long', { blocks: [block('header', 'x'.repeat(151))] }],
    ['a kind of block that there is none of', { blocks: [block('banner', 'x')] }],
  ])('refuses %s as Slack does', async (_, body) => {
    expect((await post('/slack/x', body)).status).toBe(400);
  });

  it('refuses what Teams would not show', async () => {
    expect((await post('/teams/x', { text: 'hi' })).status).toBe(400);
    expect((await post('/teams/x', { text: 'x'.repeat(30_000) })).status).toBe(413);
  });

  it('shows what arrived, and what became of it', async () => {
    await post('/slack/one', { text: 'hi' });
    await post('/webhook/two', { a: 1 });
    await post('/slack/three', {});

    const { body } = await harness.control('GET', '/inbox?kind=slack&after=1');
    expect(body['data']).toEqual([
      expect.objectContaining({ sequence: 3, path: '/_inbox/slack/three', outcome: 'refused' }),
    ]);
    expect(harness.simulators.inbox()).toMatchObject([
      { outcome: 'accepted' },
      { kind: 'webhook', body: { a: 1 }, raw: '{"a":1}' },
      { outcome: 'refused' },
    ]);
  });

  it('fails as it is told', async () => {
    const fault = (body: object) => harness.control('POST', '/inbox/faults', body);
    await fault({ action: 'error', status: 429, retryAfter: 5, path: 'slow', times: 2 });
    await fault({ action: 'redirect' });
    await fault({ action: 'drop' });
    await fault({ action: 'drop_before_read' });

    const statuses = [await post('/webhook/slow', {}), await post('/webhook/x', {})];
    await expect(post('/webhook/x', {})).rejects.toThrow();
    await expect(post('/webhook/x', {})).rejects.toThrow();

    expect(statuses.map(({ status }) => status)).toEqual([429, 302]);
    expect(harness.simulators.inbox().map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'lost',
    ]);
    expect((await fault({ action: 'explode' })).status).toBe(400);
  });
});
