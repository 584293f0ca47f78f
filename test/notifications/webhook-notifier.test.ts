import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { webhookNotifier } from '../../src/notifications/notifiers/webhook-notifier.ts';
import { type PostStage, startPostStage } from './post-notifiers.ts';
import { sampleNotification, sampleTarget } from './sample-notification.ts';

let stage: PostStage;
beforeEach(async () => {
  stage = await startPostStage();
});
afterEach(() => stage.close());

const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
const now = new Date();

function send(given: { secret?: string | null } = { secret }) {
  const { http, simulators } = stage;
  const target = sampleTarget(`${simulators.inboxUrl}/webhook/crm`, given);
  return webhookNotifier({ http }).send(target, sampleNotification({ now }), async () => {});
}

function headersOf(given: Record<string, unknown> = {}) {
  const text = (name: string) => String(given[name]);
  return {
    'webhook-id': text('webhook-id'),
    'webhook-timestamp': text('webhook-timestamp'),
    'webhook-signature': text('webhook-signature'),
  };
}

describe('webhookNotifier', () => {
  // Seen failing with another body signed than sent.
  it('signs the very bytes that it posts, so that the receiver can verify them', async () => {
    const outcome = await send();

    const [post] = stage.simulators.inbox();
    const headers = headersOf(post?.headers);
    const verify = (body: string) => new Webhook(secret).verify(body, headers);
    expect(outcome).toEqual({ outcome: 'sent' });
    expect(headers['webhook-id']).toBe('ntf_01kasample');
    expect(verify(post?.raw ?? '')).toMatchObject({
      type: 'lead.event',
      notificationId: 'ntf_01kasample',
    });
    expect(() => verify((post?.raw ?? '').replace('Hot', 'Cold'))).toThrow('No matching signature');
  });

  it('has the same id in every attempt', async () => {
    stage.simulators.addFault('inbox', { action: 'error', status: 500 });

    const outcomes = [await send(), await send()];

    const ids = stage.simulators.inbox().map(({ headers }) => headers['webhook-id']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['retry', 'sent']);
    expect(ids).toEqual(['ntf_01kasample', 'ntf_01kasample']);
  });

  it.each([
    [{ action: 'error', status: 503 }, 'retry'],
    [{ action: 'error', status: 429 }, 'retry'],
    [{ action: 'error', status: 410 }, 'refused'],
    [{ action: 'redirect' }, 'refused'],
    [{ action: 'drop' }, 'unknown'],
    [{ action: 'hang' }, 'unknown'],
  ])('makes of %j: %s', async (fault, expected) => {
    stage.simulators.addFault('inbox', fault);

    expect((await send()).outcome).toBe(expected);
    expect(stage.simulators.inbox()).toHaveLength(1);
  });

  it.each([null, '', 'whsec_***'])('sends nothing unsigned: %j', async (wrong) => {
    expect((await send({ secret: wrong })).outcome).toBe('refused');
    expect(stage.simulators.inbox()).toEqual([]);
  });
});
