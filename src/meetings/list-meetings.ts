import { z } from 'zod';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { MeetingRef, MeetingRow } from './meeting.ts';
import { isMeeting, Meeting, shownColumns } from './present-meeting.ts';

/** Where a page of meetings ended: the time in microseconds since 1970, and the id. */
export const MeetingKeys = z.tuple([z.number().int().min(0), z.string().max(50)]);

const ListedMeeting = Meeting.extend({ meetingUs: z.number() });

/** Which meetings; `from` is the first moment at which they may begin, `to` the first one after. */
export type MeetingFilter = {
  status?: MeetingRow['status'] | undefined;
  conversationId?: string | undefined;
  personId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** A page of meetings, the latest first; slots are none. */
export function listMeetings(
  tx: Db,
  wanted: {
    userId: string;
    limit: number;
    before: z.infer<typeof MeetingKeys> | undefined;
    filter: MeetingFilter;
  },
): Promise<z.infer<typeof ListedMeeting>[]> {
  const { filter, before } = wanted;
  return rows(
    tx,
    ListedMeeting,
    `select ${shownColumns}, (extract(epoch from m.meeting_time) * 1000000)::float8 as "meetingUs"
       from meetings m
      where m.user_id = $1 and ${isMeeting}
        and ($2::bigint is null or (m.meeting_time, m.meeting_id)
              < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3))
        and ($4::text is null or m.status = $4)
        and ($5::text is null or m.conversation_id = $5)
        and ($6::text is null or m.person_id = $6)
        and ($7::timestamptz is null or m.meeting_time >= $7)
        and ($8::timestamptz is null or m.meeting_time < $8)
      order by m.meeting_time desc, m.meeting_id desc
      limit $9`,
    [
      wanted.userId,
      before?.[0] ?? null,
      before?.[1] ?? null,
      filter.status ?? null,
      filter.conversationId ?? null,
      filter.personId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      wanted.limit,
    ],
  );
}

/** One meeting; `lock` holds it until the transaction ends. Throws NotFound, also for a slot. */
export async function getMeeting(
  tx: Db,
  { userId, meetingId }: MeetingRef,
  lock: 'lock' | 'look' = 'look',
): Promise<Meeting> {
  const meeting = await maybeRow(
    tx,
    Meeting,
    `select ${shownColumns}
       from meetings m
      where m.user_id = $1 and m.meeting_id = $2 and ${isMeeting}
      ${lock === 'lock' ? 'for update' : ''}`,
    [userId, meetingId],
  );
  if (meeting === undefined) throw new NotFound('meeting');
  return meeting;
}
