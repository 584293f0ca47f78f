import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customer, type Harness, messageIdOf, sentCalls, startHarness } from '../harness.ts';
import { until } from '../webhook-receiver.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const fault = (body: Record<string, unknown>) => harness.control('POST', '/whatsapp/faults', body);
const statusNames = () => harness.receiver.statuses().map(({ status }) => status);

describe('POST /_simulator/whatsapp/faults', () => {
  it('answers the next sends with an error, then sends again', async () => {
    await fault({ action: 'error', code: 131056, times: 2 });

    const answers = [await harness.send('1'), await harness.send('2'), await harness.send('3')];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200]);
    expect(answers[0]?.body).toMatchObject({ error: { code: 131056 } });
    expect(await sentCalls(harness)).toHaveLength(1);
    expect(await sentCalls(harness, '?outcome=refused')).toHaveLength(2);
  });

  it('meets only the customer it names', async () => {
    await fault({ action: 'error', code: 131026, to: '15550009999' });

    const other = await harness.send('1');
    const named = await harness.send('1', { to: '15550009999' });

    expect([other.status, named.status]).toEqual([200, 400]);
  });

  it('sends, then drops the connection: the statuses still come', async () => {
    await fault({ action: 'drop_after_send' });

    await expect(harness.send('1', { biz_opaque_callback_data: 'r' })).rejects.toThrow();

    expect(await sentCalls(harness)).toEqual([expect.objectContaining({ answered: false })]);
    await until(() => harness.receiver.statuses().length === 3);
    expect(harness.receiver.statuses()[0]?.biz_opaque_callback_data).toBe('r');
  });

  it('drops the connection before sending: nothing was sent', async () => {
    await fault({ action: 'drop_before_send' });

    await expect(harness.send('1')).rejects.toThrow();

    expect(await sentCalls(harness)).toEqual([]);
    expect(await sentCalls(harness, '?outcome=lost')).toHaveLength(1);
  });

  it('sends, then answers 500', async () => {
    await fault({ action: 'error_after_send' });

    const answer = await harness.send('1');

    expect(answer.status).toBe(500);
    expect(await sentCalls(harness)).toHaveLength(1);
  });

  it('never answers', async () => {
    await fault({ action: 'hang' });

    const answer = await Promise.race([
      harness.send('1').catch(() => 'closed'),
      new Promise((resolve) => setTimeout(resolve, 150, 'nothing')),
    ]);

    expect(answer).toBe('nothing');
  });

  it('repeats, fails and leaves out statuses', async () => {
    await fault({ action: 'statuses', statuses: 'duplicated' });
    await harness.send('1');
    await until(() => statusNames().length === 6);
    await fault({ action: 'statuses', statuses: 'none' });
    await harness.send('2');
    await fault({ action: 'statuses', statuses: 'failed', code: 131047 });
    const failed = await harness.send('3');
    await until(() => statusNames().length === 7);

    expect(harness.receiver.statuses().at(-1)).toMatchObject({
      id: messageIdOf(failed),
      status: 'failed',
      errors: [{ code: 131047 }],
    });
  });

  it('posts all statuses before it answers the send', async () => {
    await fault({ action: 'statuses', statuses: 'before_answer' });

    const answer = await harness.send('1');

    expect(statusNames()).toEqual(['sent', 'delivered', 'read']);
    expect(harness.receiver.statuses()[0]?.id).toBe(messageIdOf(answer));
  });

  it('refuses a fault it does not know', async () => {
    const answer = await fault({ action: 'explode', to: customer });

    expect(answer.status).toBe(400);
  });
});
