import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { teamsNotifier } from '../../src/notifications/notifiers/teams-notifier.ts';
import { type PostStage, startPostStage } from './post-notifiers.ts';
import { hostileNotification, sampleNotification, sampleTarget } from './sample-notification.ts';

let stage: PostStage;
beforeEach(async () => {
  stage = await startPostStage();
});
afterEach(() => stage.close());

function send(notification = sampleNotification()) {
  const { http, simulators } = stage;
  const target = sampleTarget(`${simulators.inboxUrl}/teams/workflows/x?sig=secret`);
  return teamsNotifier({ http }).send(target, notification, async () => {});
}

describe('teamsNotifier', () => {
  it('posts a card that a workflow takes', async () => {
    const outcome = await send();

    const [post] = stage.simulators.inbox();
    expect(outcome).toEqual({ outcome: 'sent' });
    expect(post).toMatchObject({ kind: 'teams', outcome: 'accepted' });
    expect(post?.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(post?.raw).toContain('"Action.OpenUrl"');
  });

  it('posts a card that a workflow takes, whatever the customer wrote', async () => {
    const outcomes = [await send(hostileNotification()), await send(hostileNotification('digest'))];

    expect(outcomes).toEqual([{ outcome: 'sent' }, { outcome: 'sent' }]);
  });

  it.each([
    [
      { status: 429, retryAfter: 2 },
      { outcome: 'retry', error: 'HTTP 429', retryAfterMs: 2_000 },
    ],
    [
      {
        status: 400,
        text: '{"error":{"code":"TriggerInputSchemaMismatch","message":"at https://x/?sig=secret"}}',
      },
      { outcome: 'refused', error: 'HTTP 400 TriggerInputSchemaMismatch' },
    ],
    [{ status: 401 }, { outcome: 'refused', error: 'HTTP 401' }],
    [{ status: 502 }, { outcome: 'unknown', error: 'HTTP 502' }],
  ])('makes of %j: %j', async (fault, expected) => {
    stage.simulators.addFault('inbox', { action: 'error', ...fault });

    expect(await send()).toEqual(expected);
  });
});
