import type { Db } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { tellTenantOnce } from '../../notifications/notices.ts';
import { announceMeeting } from '../announce-meeting.ts';
import { bookingHappened } from '../booking-happened.ts';
import type { CalendarEvent } from '../calendar.ts';
import { cancelMeeting } from '../change-meeting.ts';
import { endOf, type MeetingRow } from '../meeting.ts';
import { putIntoCalendar } from '../put-into-calendar.ts';
import {
  oweConfirmationWithLink,
  oweLink,
  oweMessage,
  oweReminders,
  oweUnlessAnswered,
} from '../telling/owe-messages.ts';
import { readReminderMinutes } from '../telling/read-reminder-minutes.ts';
import type { ClaimedWrite } from './claim-write.ts';
import { isLinkToCome, type WriteAnswer } from './decide-write.ts';
import { giveUpPending } from './give-up-pending.ts';
import type { Teller, WriteFailure, Written } from './write-meeting.ts';

type RecordDeps = { newId: NewId };

type Ours = { claimed: ClaimedWrite; meeting: MeetingRow; teller: Teller };

/** Records what the calendar answered, under the lease: what changed meanwhile stays owed. */
export async function recordAnswer(
  tx: Db,
  deps: RecordDeps,
  { answer, ...ours }: Ours & { answer: WriteAnswer },
): Promise<Written> {
  const { claimed, meeting, teller } = ours;
  if (answer.answer === 'gone') return recordGone(tx, deps, ours);
  if (answer.answer === 'elsewhere') return recordElsewhere(tx, ours, answer.calendarId);
  const event = answer.answer === 'event' ? answer.event : undefined;
  const link = event?.meet.state === 'ready' ? event.meet.url : meeting.meetLink;
  const isLinkDue = event !== undefined && isLinkToCome(event, claimed.attempts);
  const isConfirmed = claimed.status === 'pending' && meeting.status === 'pending';
  await settle(tx, { ...ours, event, link, isLinkDue, isConfirmed });
  const now: MeetingRow = { ...meeting, meetLink: link };
  if (isConfirmed) {
    await standsNow(tx, deps, { ...now, status: 'scheduled' });
    if (teller === 'answer') await oweUnlessAnswered(tx, now, 'confirmed');
    else if (isLinkDue) await oweConfirmationWithLink(tx, now);
    else await oweMessage(tx, now, 'confirmed');
  } else if (link !== meeting.meetLink) {
    // Whoever was told before that it is booked was told without it.
    if (teller === 'message') await oweLink(tx, now);
    await announceMeeting(tx, meeting);
  }
  return { result: 'done' };
}

/** What follows from a meeting that stands: reminders, the lead, and that everybody sees it. */
export async function standsNow(tx: Db, deps: RecordDeps, meeting: MeetingRow): Promise<void> {
  await oweReminders(tx, meeting, await readReminderMinutes(tx, meeting));
  await bookingHappened(tx, deps.newId, meeting, 'booked');
  await announceMeeting(tx, meeting);
}

const linkReadMs = 1_500;

async function settle(
  tx: Db,
  ours: Ours & {
    event: CalendarEvent | undefined;
    link: string | null;
    isLinkDue: boolean;
    isConfirmed: boolean;
  },
): Promise<void> {
  const { claimed, event } = ours;
  await tx.query(
    `update meetings
        set status = case when $3 then 'scheduled' else status end,
            booked_at = case when $3 then coalesce(booked_at, now()) else booked_at end,
            google_version = greatest(google_version, $4 - case when $9 then 0 else 1 end),
            google_updated_at = coalesce($5, google_updated_at),
            meet_link = $6,
            google_due_at = case
              when version > $4 or not $9 then now()
              when $7 then now() + make_interval(secs => $8 * case when $3 then 1 else google_attempts end / 1000.0) end,
            -- Reads of a link are counted from the confirmation on: what failed before it is over.
            google_attempts = case when $7 and not $3 then google_attempts else 0 end,
            google_error = null, google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [
      claimed.userId,
      claimed.meetingId,
      ours.isConfirmed,
      claimed.version,
      event?.updatedAt ?? null,
      ours.link,
      ours.isLinkDue,
      linkReadMs,
      isWritten(ours),
    ],
  );
}

/** An event that was there already may be of an earlier try, at a time that the meeting has no more. */
function isWritten({
  claimed,
  event,
}: {
  claimed: ClaimedWrite;
  event: CalendarEvent | undefined;
}) {
  if (event === undefined || claimed.status !== 'pending') return true;
  const isSameStart = event.start?.getTime() === claimed.meetingTime.getTime();
  return isSameStart && event.end?.getTime() === endOf(claimed).getTime();
}

/** The business took the event out of its calendar, so the meeting is off; in a turn the answer says so. */
async function recordGone(tx: Db, deps: RecordDeps, { meeting, teller }: Ours): Promise<Written> {
  const by = teller === 'message' ? 'business' : 'customer';
  const off = await cancelMeeting(tx, meeting, { by });
  await tx.query(
    `update meetings
        set google_version = version, google_due_at = null, google_attempts = 0,
            changed_by = 'business', google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [meeting.userId, meeting.meetingId],
  );
  if (off.change === 'cancelled') await bookingHappened(tx, deps.newId, off.meeting, 'cancelled');
  return { result: 'gone' };
}

/** Somebody put the event into another calendar: what is owed is owed there, and the sweep writes it. */
async function recordElsewhere(tx: Db, { meeting }: Ours, calendarId: string): Promise<Written> {
  const { userId, googleCalendarId, googleEventId } = meeting;
  if (googleCalendarId !== null && googleEventId !== null) {
    const from = { userId, calendarId: googleCalendarId };
    await putIntoCalendar(tx, from, { calendarId, eventId: googleEventId });
  }
  return { result: 'later' };
}

/** A calendar that lets nobody in is asked again so much later, or once it is connected anew. */
const parkedMs = 30 * 60_000;
/** What was agreed is tried for so many times, and then the customer is told that it did not come to be. */
const patience = 40;

/** Records that the calendar did not take it. What was agreed and cannot be is given up, and the slot is free. */
export async function recordFailure(
  tx: Db,
  deps: RecordDeps,
  ours: Ours & WriteFailure,
): Promise<Written> {
  const { claimed, meeting, failure, reason } = ours;
  const isPending = meeting.status === 'pending';
  if (failure === 'not_connected') return withoutCalendar(tx, deps, ours);
  const isHopeless = failure !== 'unavailable' || claimed.attempts >= patience;
  if (isPending && isHopeless) {
    await giveUpPending(tx, meeting, ours.teller);
    await announceMeeting(tx, meeting);
    return { result: failure === 'needs_attention' ? 'needs_attention' : 'failed' };
  }
  const againInMs = ours.failure === 'unavailable' ? ours.againInMs : parkedMs;
  await tx.query(
    `update meetings
        set google_due_at = case when $3 then null
              else now() + make_interval(secs => $4 / 1000.0) end,
            google_error = left($5, 500), google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [meeting.userId, meeting.meetingId, failure === 'refused', againInMs, reason],
  );
  if (failure === 'refused') await tellOfRefusal(tx, deps.newId, meeting, reason);
  return {
    result: failure === 'unavailable' ? 'later' : failure === 'refused' ? 'failed' : failure,
  };
}

/** The business has taken its calendar away: what was agreed stands without. */
async function withoutCalendar(tx: Db, deps: RecordDeps, ours: Ours): Promise<Written> {
  const { meeting, teller } = ours;
  await tx.query(
    `update meetings
        set status = case when status = 'pending' then 'scheduled' else status end,
            booked_at = coalesce(booked_at, now()),
            google_event_id = case when status = 'pending' then null else google_event_id end,
            google_due_at = null, google_lease_id = null, google_lease_until = null
      where user_id = $1 and meeting_id = $2`,
    [meeting.userId, meeting.meetingId],
  );
  if (meeting.status === 'pending') {
    await standsNow(tx, deps, { ...meeting, status: 'scheduled', googleEventId: null });
    if (teller === 'message') await oweMessage(tx, meeting, 'confirmed');
    else await oweUnlessAnswered(tx, meeting, 'confirmed');
  }
  return { result: 'done' };
}

async function tellOfRefusal(
  tx: Db,
  newId: NewId,
  meeting: MeetingRow,
  reason: string,
): Promise<void> {
  await tellTenantOnce(tx, {
    newId,
    userId: meeting.userId,
    kind: 'google_calendar.refused',
    dedupeKey: meeting.meetingId,
    text: `Google does not take a change of the meeting on ${meeting.meetingTime.toISOString()}: ${reason}. It stands as rapport has it; put it right in the calendar by hand.`,
    details: { meetingId: meeting.meetingId },
  });
}
