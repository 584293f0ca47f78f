import type { Db } from '../../lib/db.ts';
import type { MeetingRow } from '../meeting.ts';

/** What a customer can be told about a meeting without having asked. */
export const meetingMessageKinds = [
  'confirmed',
  'failed',
  'moved',
  'cancelled',
  'declined',
  'reminder',
] as const;
export type MeetingMessageKind = (typeof meetingMessageKinds)[number];

type AboutMeeting = Pick<MeetingRow, 'userId' | 'meetingId' | 'meetingTime' | 'version'>;

/** Owes the customer a word about a meeting as it is now, once; said by whoever finds it due after the commit. */
export async function oweMessage(
  tx: Db,
  meeting: AboutMeeting,
  kind: Exclude<MeetingMessageKind, 'reminder'>,
): Promise<void> {
  await tx.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     values ($1, $2, $3, $4, $5, now())
     on conflict (user_id, meeting_id, kind, key) do nothing`,
    [meeting.userId, meeting.meetingId, kind, `v${meeting.version}`, meeting.meetingTime],
  );
}

/** A link of a video call comes within so long, or the customer is told without. */
const linkWithinMs = 20_000;

/** Owes the word that a meeting is confirmed, in a moment: its link may be in it by then. */
export async function oweConfirmationWithLink(tx: Db, meeting: AboutMeeting): Promise<void> {
  await tx.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     values ($1, $2, 'confirmed', $3, $4, now() + make_interval(secs => $5 / 1000.0))
     on conflict (user_id, meeting_id, kind, key) do nothing`,
    [meeting.userId, meeting.meetingId, `v${meeting.version}`, meeting.meetingTime, linkWithinMs],
  );
}

/** Owes the link of a meeting that has come: with the confirmation that waits for it, or after one that went without. */
export async function oweLink(tx: Db, meeting: AboutMeeting): Promise<void> {
  const waiting = await tx.query(
    `update meeting_messages set due_at = now()
      where user_id = $1 and meeting_id = $2 and kind = 'confirmed' and key = $3
        and settled_at is null`,
    [meeting.userId, meeting.meetingId, `v${meeting.version}`],
  );
  if (waiting.rowCount !== 0) return;
  await tx.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     values ($1, $2, 'confirmed', $3, $4, now())
     on conflict (user_id, meeting_id, kind, key) do nothing`,
    [meeting.userId, meeting.meetingId, `link@v${meeting.version}`, meeting.meetingTime],
  );
}

/** An answer that is being written is stored by then, or never. */
const answerWithinMs = 180_000;

/**
 * Owes the customer a word that the answer of the turn says: it goes out by itself should the turn come to nothing.
 * `settleTold` takes it back once the answer is stored.
 */
export async function oweUnlessAnswered(
  tx: Db,
  meeting: AboutMeeting,
  kind: 'confirmed' | 'moved' | 'cancelled',
): Promise<void> {
  await tx.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6 / 1000.0))
     on conflict (user_id, meeting_id, kind, key) do nothing`,
    [
      meeting.userId,
      meeting.meetingId,
      kind,
      `turn@v${meeting.version}`,
      meeting.meetingTime,
      answerWithinMs,
    ],
  );
}

/** Owes the reminders of a meeting at its time; those of another time, and those that would come at once, are not. */
export async function oweReminders(
  tx: Db,
  meeting: AboutMeeting,
  reminderMinutes: readonly number[],
): Promise<void> {
  await forgetReminders(tx, meeting);
  await tx.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     select $1, $2, 'reminder', minutes || '@' || extract(epoch from $3::timestamptz)::bigint, $3,
            $3::timestamptz - make_interval(mins => minutes)
       from unnest($4::integer[]) as minutes
      where $3::timestamptz - make_interval(mins => minutes) > now()
     on conflict (user_id, meeting_id, kind, key) do update set due_at = excluded.due_at
      where meeting_messages.settled_at is null`,
    [meeting.userId, meeting.meetingId, meeting.meetingTime, reminderMinutes],
  );
}

/** No reminder of a meeting is owed any more. */
export async function forgetReminders(
  tx: Db,
  meeting: Pick<MeetingRow, 'userId' | 'meetingId'>,
): Promise<void> {
  await tx.query(
    `delete from meeting_messages
      where user_id = $1 and meeting_id = $2 and kind = 'reminder' and settled_at is null`,
    [meeting.userId, meeting.meetingId],
  );
}
