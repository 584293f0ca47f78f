import { z } from 'zod';
import { type Db, oneRow } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import type { BookedTimes } from './complete-lead.ts';

const BookedRow = z.object({ meetingTime: Timestamp.nullable(), everBooked: z.array(z.string()) });

/** Reads the meetings of a lead: the next one counts, after the last one the last that was not called off. */
export function readBookedTimes(
  tx: Db,
  ref: { userId: string; conversationId: string },
): Promise<BookedTimes> {
  return oneRow(
    tx,
    BookedRow,
    `select (select m.meeting_time
               from meetings m
              where m.user_id = $1 and m.conversation_id = $2
                and m.status in ('scheduled', 'completed', 'missed')
              order by m.meeting_time < now(), abs(extract(epoch from m.meeting_time - now()))
              limit 1) as "meetingTime",
            array(select e.details ->> 'meetingTime'
                    from lead_events e
                   where e.user_id = $1 and e.conversation_id = $2 and e.kind = 'booking'
                     and e.details ? 'meetingTime') as "everBooked"`,
    [ref.userId, ref.conversationId],
  );
}
