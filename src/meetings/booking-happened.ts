import { z } from 'zod';
import { type Db, oneRow } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { recordLeadEvent } from '../notifications/lead-events.ts';
import type { MeetingRow } from './meeting.ts';

/** What happened to a meeting that the sales team may want to hear of. */
export type BookingEvent = 'booked' | 'moved' | 'cancelled';

/** How long telling the team may wait for a fresh reading of the conversation, as after a handover. */
const tellInMs = 20_000;

const ZoneRow = z.object({ timeZone: z.string() });

/**
 * Records that a meeting was booked, moved or cancelled, once for each of its versions, in the transaction in which it
 * happened; the lead is due to be read anew at once, with the meeting's time in it. The sweep finds both.
 */
export async function bookingHappened(
  tx: Db,
  newId: NewId,
  meeting: Pick<
    MeetingRow,
    'userId' | 'conversationId' | 'meetingId' | 'version' | 'meetingTime' | 'timezone' | 'agentId'
  >,
  what: BookingEvent,
): Promise<void> {
  const { userId, conversationId, meetingId, meetingTime } = meeting;
  const { timeZone } = await oneRow(
    tx,
    ZoneRow,
    `select coalesce((select business_timezone from business_profiles
                       where user_id = $1 and agent_id = $2), $3) as "timeZone"`,
    [userId, meeting.agentId, meeting.timezone],
  );
  const isNew = await recordLeadEvent(tx, newId, {
    userId,
    conversationId,
    kind: 'booking',
    eventKey: `booking:${meetingId}:v${meeting.version}`,
    details: { meetingId, meetingTime: meetingTime.toISOString(), what, timeZone },
    tellInMs,
  });
  if (!isNew) return;
  await tx.query(
    `update conversations
        set extraction_due_at = now(), extraction_is_urgent = true
      where user_id = $1 and conversation_id = $2`,
    [userId, conversationId],
  );
}
