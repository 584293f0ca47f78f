import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Enqueue, JobName, JobPayload } from './catalog.ts';

export type HintDeps = { enqueue: Enqueue; log: Log };

/** Jobs about conversations. */
type ConversationJob = 'replies.run' | 'sends.run' | 'leads.extract' | 'leads.tell';

/** Jobs about meetings. */
type MeetingJob = 'meetings.write' | 'meetings.tell';

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
  await unlessLost(deps.log, name, async () => {
    for (let from = 0; from < items.length; from += itemsPerJob) {
      await deps.enqueue(name, { items: items.slice(from, from + itemsPerJob) });
    }
  });
}

/** Says after a commit that a meeting may have to be looked after, as `hint` does of conversations. Never throws. */
export async function hintMeeting(
  deps: HintDeps,
  name: MeetingJob,
  { userId, meetingId }: JobPayload<MeetingJob>['items'][number],
): Promise<void> {
  await unlessLost(deps.log, name, () => deps.enqueue(name, { items: [{ userId, meetingId }] }));
}

async function unlessLost(log: Log, job: JobName, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const told = { job, error: errorText(error) };
    log.warn('a hint was lost; the sweep will find the work', told);
  }
}
