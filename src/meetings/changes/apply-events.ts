import { z } from 'zod';
import { type Db, rows } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { resolveNotices, tellTenantOnce } from '../../notifications/notices.ts';
import { announceMeeting } from '../announce-meeting.ts';
import { bookingHappened } from '../booking-happened.ts';
import type { CalendarEvent } from '../calendar.ts';
import { lockSlots } from '../lock-slots.ts';
import { MeetingRow, meetingColumns } from '../meeting.ts';
import { forgetReminders, oweMessage, oweReminders } from '../telling/owe-messages.ts';
import type { CalendarRef } from './claim-sync.ts';
import { decideChange, type MeetingChange } from './decide-change.ts';
import { storeCancelled, storeDeclined, storeMoved } from './store-change.ts';

/** Notices to the tenant, each about one meeting. */
const overlapsNotice = 'meeting.overlaps';
const unclearNotice = 'meeting.unclear';

export type ApplyDeps = {
  newId: NewId;
  now: () => Date;
  /** How long before a meeting its customer is reminded, in minutes. */
  reminderMinutes: (tx: Db, meeting: MeetingRow) => Promise<readonly number[]>;
};

/** What was done: the events that are meetings of ours, how many changed, and whether any has to be looked at again. */
export type Applied = { eventIds: string[]; changed: number; mustLookAgain: boolean };

const Known = MeetingRow.extend({
  googleUpdatedAt: z.date().nullable(),
  businessEmails: z.array(z.string()),
});

/**
 * Applies what was seen of a calendar's events to their meetings, with what customers and the tenant are to be told of
 * it. An event is known by its id: of a deleted one there may be nothing else, and a copy has the properties of another.
 */
export async function applyEvents(
  tx: Db,
  deps: ApplyDeps,
  calendar: CalendarRef,
  events: CalendarEvent[],
): Promise<Applied> {
  const seen = new Map(events.map((event) => [event.eventId, event]));
  const applied: Applied = { eventIds: [], changed: 0, mustLookAgain: false };
  if (seen.size === 0) return applied;
  await lockSlots(tx, calendar.userId);
  for (const meeting of await lockMeetings(tx, calendar, [...seen.keys()])) {
    const event = seen.get(meeting.googleEventId ?? '');
    if (event === undefined) continue;
    applied.eventIds.push(event.eventId);
    const change = decideChange(meeting, event, deps.now());
    if (change.change === 'none') {
      applied.mustLookAgain ||= change.because === 'owed';
      if (change.because === 'same') await resolveUnclear(tx, meeting);
      continue;
    }
    if (await applyChange(tx, deps, meeting, change, event.updatedAt)) applied.changed += 1;
  }
  return applied;
}

function lockMeetings(tx: Db, { userId, calendarId }: CalendarRef, eventIds: string[]) {
  return rows(
    tx,
    Known,
    `select ${meetingColumns}, m.google_updated_at as "googleUpdatedAt",
            array_remove(array[p.email, t.account_email], null) as "businessEmails"
       from meetings m
       join bookable_people p on p.user_id = m.user_id and p.person_id = m.person_id
       left join google_calendar_tokens t on t.user_id = m.user_id
      where m.user_id = $1 and m.google_calendar_id = $2 and m.google_event_id = any($3)
      order by m.meeting_id
        for update of m`,
    [userId, calendarId, eventIds],
  );
}

/** Answers whether the meeting is another now. */
async function applyChange(
  tx: Db,
  deps: ApplyDeps,
  before: MeetingRow,
  change: Exclude<MeetingChange, { change: 'none' }>,
  seenAt: Date,
): Promise<boolean> {
  switch (change.change) {
    case 'moved': {
      const { meeting, overlaps } = await storeMoved(tx, before, { ...change, seenAt });
      await oweReminders(tx, meeting, await deps.reminderMinutes(tx, meeting));
      if (!change.isSameTime) await oweMessage(tx, meeting, 'moved');
      await tellOverlap(tx, deps.newId, meeting, overlaps);
      await resolveUnclear(tx, meeting);
      await announceMeeting(tx, meeting);
      if (!change.isSameTime) await bookingHappened(tx, deps.newId, meeting, 'moved');
      return true;
    }
    case 'cancelled':
      await endMeeting(tx, deps, await storeCancelled(tx, before, seenAt), 'cancelled');
      return true;
    case 'declined':
      await endMeeting(
        tx,
        deps,
        await storeDeclined(tx, before, change.by),
        change.by === 'customer' ? 'declined' : 'cancelled',
      );
      return true;
    case 'unclear':
      await tellUnclear(tx, deps.newId, before, change.because);
      return false;
  }
}

async function endMeeting(
  tx: Db,
  deps: ApplyDeps,
  meeting: MeetingRow,
  kind: 'cancelled' | 'declined',
): Promise<void> {
  await forgetReminders(tx, meeting);
  await oweMessage(tx, meeting, kind);
  await resolveUnclear(tx, meeting);
  await tellOverlap(tx, deps.newId, meeting, false);
  await announceMeeting(tx, meeting);
  await bookingHappened(tx, deps.newId, meeting, 'cancelled');
}

async function tellOverlap(
  tx: Db,
  newId: NewId,
  { userId, meetingId, title, meetingTime }: MeetingRow,
  overlaps: boolean,
): Promise<void> {
  const notice = { userId, kind: overlapsNotice, dedupeKey: meetingId };
  if (!overlaps) return resolveNotices(tx, notice);
  await tellTenantOnce(tx, {
    ...notice,
    newId,
    text: `“${title}” was moved in the calendar onto another meeting of the same person, at ${meetingTime.toISOString()}. Both are kept.`,
    details: { meetingId },
  });
}

async function tellUnclear(
  tx: Db,
  newId: NewId,
  { userId, meetingId, title, meetingTime }: MeetingRow,
  because: 'without_time' | 'in_the_past',
): Promise<void> {
  const what = because === 'without_time' ? 'has no time of the day' : 'is in the past';
  await tellTenantOnce(tx, {
    newId,
    userId,
    kind: unclearNotice,
    dedupeKey: meetingId,
    text: `The event of “${title}” ${what} in the calendar now. The customer still expects the meeting at ${meetingTime.toISOString()}: move the event to when it is, or delete it.`,
    details: { meetingId, because },
  });
}

function resolveUnclear(tx: Db, { userId, meetingId }: MeetingRow): Promise<void> {
  return resolveNotices(tx, { userId, kind: unclearNotice, dedupeKey: meetingId });
}
