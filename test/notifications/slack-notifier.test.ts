import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../src/notifications/notifiers/slack-notifier.ts';
import { type PostStage, startPostStage } from './post-notifiers.ts';
import { hostileNotification, sampleNotification, sampleTarget } from './sample-notification.ts';

let stage: PostStage;
beforeEach(async () => {
  stage = await startPostStage();
});
afterEach(() => stage.close());

const allow = async () => {};
const path = '/slack/T0/B0/a-very-secret-part';

function send(notification = sampleNotification(), handingOver = allow) {
  const { http, simulators } = stage;
  const target = sampleTarget(`${simulators.inboxUrl}${path}`);
  return slackNotifier({ http }).send(target, notification, handingOver);
}

describe('slackNotifier', () => {
  it('posts what Slack takes', async () => {
    const outcome = await send();

    const [post] = stage.simulators.inbox();
    expect(outcome).toEqual({ outcome: 'sent' });
    expect(post).toMatchObject({ kind: 'slack', path: `/_inbox${path}`, outcome: 'accepted' });
    expect(post?.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(post?.body?.['text']).toContain('Ana Silva');
  });

  it('posts what Slack takes, whatever the customer wrote', async () => {
    const outcomes = [await send(hostileNotification()), await send(hostileNotification('digest'))];

    expect(outcomes).toEqual([{ outcome: 'sent' }, { outcome: 'sent' }]);
  });

  it.each([
    [
      { action: 'error', status: 429, retryAfter: 3, text: 'rate_limited' },
      { outcome: 'retry', error: 'HTTP 429 rate_limited', retryAfterMs: 3_000 },
    ],
    [
      { action: 'error', status: 404, text: 'no_service' },
      { outcome: 'refused', error: 'HTTP 404 no_service' },
    ],
    [
      { action: 'error', status: 410, text: 'channel_is_archived' },
      { outcome: 'refused', error: 'HTTP 410 channel_is_archived' },
    ],
    [
      { action: 'error', status: 500, text: 'rollup_error' },
      { outcome: 'unknown', error: 'HTTP 500 rollup_error' },
    ],
    [
      { action: 'error', status: 503, retryAfter: 30, text: '' },
      { outcome: 'retry', error: 'HTTP 503', retryAfterMs: 30_000 },
    ],
    [
      { action: 'error', status: 503, text: '' },
      { outcome: 'unknown', error: 'HTTP 503' },
    ],
    [
      { action: 'redirect' },
      { outcome: 'refused', error: 'HTTP 302 simulated_fault: redirects are not followed' },
    ],
    [{ action: 'drop' }, { outcome: 'unknown', error: 'UND_ERR_SOCKET' }],
    [{ action: 'hang' }, { outcome: 'unknown', error: 'timeout' }],
  ])('makes of %j: %j', async (fault, expected) => {
    stage.simulators.addFault('inbox', fault);

    expect(await send()).toEqual(expected);
    expect(stage.simulators.inbox()).toHaveLength(1);
  });

  it('never says the address, also when the other side does', async () => {
    stage.simulators.addFault('inbox', {
      action: 'error',
      status: 400,
      text: `invalid: ${stage.simulators.inboxUrl}${path}`,
    });

    const outcomes = [await send()];
    await stage.simulators.close();
    outcomes.push(await send());

    expect(JSON.stringify(outcomes)).not.toMatch(/secret|127\.0\.0\.1/);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'retry']);
  });
});
