import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { type Pool, rows } from '../../lib/db.ts';

const perSweep = 500;
const MeetingRef = z.object({ userId: z.string(), meetingId: z.string() });

/** Finds meetings whose customers are owed a word now, reminders too: nobody hints at those. Answers how many it found. */
export async function sweepMeetingMessages(deps: {
  sweeper: Pool;
  enqueue: Enqueue;
}): Promise<number> {
  const items = await rows(
    deps.sweeper,
    MeetingRef,
    `select distinct user_id as "userId", meeting_id as "meetingId"
       from (select user_id, meeting_id
               from meeting_messages
              where due_at <= now() and (lease_until is null or lease_until < now())
              order by due_at
              limit $1) d`,
    [perSweep],
  );
  if (items.length > 0) await deps.enqueue('meetings.tell', { items });
  return items.length;
}
