import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Enqueue, JobPayload } from './catalog.ts';

export type HintDeps = { enqueue: Enqueue; log: Log };

/** Jobs about conversations. */
type ConversationJob = 'replies.run' | 'sends.run' | 'leads.extract' | 'leads.tell';

/** Where there may be something to do. */
export type HintItem = JobPayload<ConversationJob>['items'][number];

const itemsPerJob = 500;

/**
 * Says after a commit where to look. What is committed stays so when the queue is away: the sweep finds it,
 * and whoever asked is not told that it failed. Never throws.
 */
export async function hint(
  deps: HintDeps,
  name: ConversationJob,
  items: HintItem[],
): Promise<void> {
  try {
    for (let from = 0; from < items.length; from += itemsPerJob) {
      await deps.enqueue(name, { items: items.slice(from, from + itemsPerJob) });
    }
  } catch (error) {
    deps.log.warn('a hint was lost; the sweep will find the work', {
      job: name,
      error: errorText(error),
    });
  }
}
