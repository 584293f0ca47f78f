import { z } from 'zod';
import { type Pool, rows } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import { announceMeeting } from './announce-meeting.ts';

/** So long after its end a meeting counts as held, until people say that it was missed. */
const completedAfterMinutes = 15;
const atOnce = 500;

const OverRow = z.object({ userId: z.string(), meetingIds: z.array(z.string()) });
const DoneRow = z.object({ meetingId: z.string() });

/** Marks meetings completed that are over; answers how many. Each tenant's in one transaction of its own. */
export async function finishMeetings(deps: {
  sweeper: Pool;
  app: Pool;
  publishLook: () => void;
}): Promise<number> {
  const over = await rows(
    deps.sweeper,
    OverRow,
    `select user_id as "userId", array_agg(meeting_id) as "meetingIds"
       from (select user_id, meeting_id
               from meetings
              where status = 'scheduled' and meeting_time <= now() - make_interval(mins => $1)
                and meeting_time + make_interval(mins => duration_minutes + $1) <= now()
              order by meeting_time
              limit ${atOnce}) found
      group by user_id`,
    [completedAfterMinutes],
  );
  let finished = 0;
  for (const { userId, meetingIds } of over) {
    finished += await finish(deps.app, userId, meetingIds);
  }
  if (finished > 0) deps.publishLook();
  return finished;
}

/** Looks again under the row's lock: somebody may have moved it meanwhile. */
function finish(app: Pool, userId: string, meetingIds: string[]): Promise<number> {
  return asTenant(app, userId, async (tx) => {
    const done = await rows(
      tx,
      DoneRow,
      `update meetings
          set status = 'completed'
        where user_id = $1 and meeting_id = any ($2::text[]) and status = 'scheduled'
          and meeting_time + make_interval(mins => duration_minutes + $3) <= now()
        returning meeting_id as "meetingId"`,
      [userId, meetingIds, completedAfterMinutes],
    );
    for (const { meetingId } of done) await announceMeeting(tx, { userId, meetingId });
    return done.length;
  });
}
