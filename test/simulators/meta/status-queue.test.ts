import { describe, expect, it } from '@jest/globals';
import { createCounters } from '../../../simulators/counters.ts';
import { isObject, objectsAt } from '../../../simulators/lib/json.ts';
import { createStatusQueue } from '../../../simulators/meta/status-queue.ts';
import { defaultSettings } from '../../../simulators/settings.ts';

/** A queue whose timers fire when `fire` is called, and the number of statuses in each webhook it posts. */
function handDriven() {
  const waiting: (() => void)[] = [];
  const posted: number[][] = [];
  const queue = createStatusQueue({
    settings: { ...defaultSettings, webhookUrl: '', appSecret: '' },
    counters: createCounters(),
    timers: {
      after: (_, run) => void waiting.push(run),
      wait: () => Promise.resolve(),
      clear: () => {},
      close: () => {},
    },
    sender: {
      post: async () => 200,
      deliver: async (payload) => {
        const entries = isObject(payload) ? objectsAt(payload, 'entry') : [];
        const changes = entries.flatMap((entry) => objectsAt(entry, 'changes'));
        posted.push(
          changes.map(({ value }) => (isObject(value) ? objectsAt(value, 'statuses').length : 0)),
        );
        return 200;
      },
      close: () => {},
    },
    now: () => 1_000_000,
    onStatus: () => {},
  });
  const fire = () => {
    for (const run of waiting.splice(0)) run();
  };
  return { queue, posted, fire };
}

const status = (phoneNumberId: string) => ({
  phoneNumberId,
  messageId: 'wamid.1',
  status: 'sent' as const,
});

describe('createStatusQueue', () => {
  it('puts what is due together into one webhook, with a change for each number', () => {
    // Seen to fail with a timer for each status: three webhooks.
    const { queue, posted, fire } = handDriven();

    for (const number of ['1', '2', '1']) queue.add(10, status(number));
    fire();

    expect(posted).toEqual([[2, 1]]);
  });

  it('puts at most 1,000 updates into one webhook', () => {
    const { queue, posted, fire } = handDriven();

    for (let count = 0; count < 1001; count += 1) queue.add(10, status('1'));
    fire();

    expect(posted).toEqual([[1000], [1]]);
  });

  it('posts nothing that was cleared', () => {
    const { queue, posted, fire } = handDriven();

    queue.add(10, status('1'));
    queue.clear();
    fire();

    expect(posted).toEqual([]);
  });
});
