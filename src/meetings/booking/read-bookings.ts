import { type Db, rows } from '../../lib/db.ts';
import { MeetingRow, meetingColumns } from '../meeting.ts';
import type { Booker } from './booking-deps.ts';

/** Offered slots are spoken of for so long, held or not. */
const offeredMinutes = 24 * 60;

/**
 * The slots that a conversation was offered last, the soonest first: also one that was booked meanwhile, so that a turn
 * that begins again after a crash finds the same slots at the same places.
 */
export function readOfferedSlots(
  tx: Db,
  { userId, conversationId, now }: Omit<Booker, 'contactId'> & { now: Date },
): Promise<MeetingRow[]> {
  return rows(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.conversation_id = $2
        and m.status in ('held', 'lapsed', 'pending', 'scheduled')
        and m.meeting_time > $3
        and m.created_at = (
          select max(n.created_at) from meetings n
           where n.user_id = $1 and n.conversation_id = $2)
        and m.created_at > $3::timestamptz - make_interval(mins => $4)
      order by m.meeting_time
      limit 10`,
    [userId, conversationId, now, offeredMinutes],
  );
}

/** The meetings of a customer that are to come, whichever conversation they were booked in, the soonest first; those that are under way, too. */
export function readUpcomingMeetings(
  tx: Db,
  { userId, contactId, now }: Omit<Booker, 'conversationId'> & { now: Date },
): Promise<MeetingRow[]> {
  return rows(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.contact_id = $2 and m.status in ('pending', 'scheduled')
        and m.meeting_time + make_interval(mins => m.duration_minutes) > $3
      order by m.meeting_time
      limit 20`,
    [userId, contactId, now],
  );
}
