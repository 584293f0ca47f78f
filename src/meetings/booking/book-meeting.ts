import { sleep } from '../../lib/clock.ts';
import { type Db, oneRow, retryDeadlocks, violates } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { announceMeeting } from '../announce-meeting.ts';
import { findMeeting } from '../find-meeting.ts';
import { lapseHolds } from '../lapse-holds.ts';
import { lockSlots } from '../lock-slots.ts';
import { eventIdOf, isSlot, MeetingRow, meetingColumns } from '../meeting.ts';
import { oweUnlessAnswered } from '../telling/owe-messages.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import { type BookingFacts, readBookingFacts } from './booking-facts.ts';
import { writeCalendarOf } from './busy-times.ts';
import { checkSlot } from './check-slot.ts';
import { readUpcomingMeetings } from './read-bookings.ts';
import { standsNow } from './record-write.ts';
import { writeMeeting } from './write-meeting.ts';

/** What a customer agreed to. `slotId` was offered in this conversation. */
export type BookingAsked = Booker & {
  slotId: string;
  /** Null: the name that the contact writes under. */
  customerName: string | null;
  customerEmail: string | null;
  participants: string[];
  notes: string | null;
};

/** `pending`: it is theirs, and the calendar has not said so yet; they are told when it has. */
export type Booked =
  | { booked: 'scheduled' | 'pending'; meeting: MeetingRow }
  | {
      booked:
        | 'unknown_slot'
        | 'taken'
        | 'too_late'
        | 'too_many'
        | 'no_bookings'
        | 'calendar_needs_attention'
        | 'calendar_unavailable'
        | 'failed';
    };

/** Nobody fills a calendar alone: so many meetings to come are enough for one customer. */
const mostUpcoming = 5;

/**
 * Books a slot that was offered in this conversation: held, then an event, then confirmed. The same slot again answers
 * the same meeting. What dies in between is finished by the sweep, which tells the customer.
 */
export async function bookMeeting(deps: BookingDeps, asked: BookingAsked): Promise<Booked> {
  const known = await asTenant(deps.app, asked.userId, async (tx) => ({
    facts: await readBookingFacts(tx, asked),
    slot: await findMeeting(tx, { ...asked, meetingId: asked.slotId }),
    upcoming: (await readUpcomingMeetings(tx, { ...asked, now: deps.now() })).length,
  }));
  const { facts, slot } = known;
  if (facts === undefined) return { booked: 'no_bookings' };
  if (slot === undefined) return { booked: 'unknown_slot' };
  if (isSlot(slot)) {
    if (known.upcoming >= mostUpcoming) return { booked: 'too_many' };
    const obstacle = await checkSlot(deps, asked, { facts, slot });
    if (obstacle !== undefined) return { booked: obstacle };
  }
  const agreed = await retryDeadlocks(() =>
    asTenant(deps.app, asked.userId, (tx) => agree(tx, deps, asked, facts)),
  );
  if (!('meeting' in agreed)) return agreed;
  deps.publishLook();
  if (agreed.meeting.status === 'scheduled') return { booked: 'scheduled', ...agreed };
  return confirm(deps, asked, agreed.meeting);
}

/** Makes the slot the customer's, under the lock of the tenant's slots. */
async function agree(
  tx: Db,
  deps: BookingDeps,
  asked: BookingAsked,
  facts: BookingFacts,
): Promise<{ meeting: MeetingRow } | { booked: 'unknown_slot' | 'taken' }> {
  await lockSlots(tx, asked.userId);
  const slot = await findMeeting(tx, { ...asked, meetingId: asked.slotId }, 'lock');
  if (slot === undefined) return { booked: 'unknown_slot' };
  if (slot.status === 'pending' || slot.status === 'scheduled') return { meeting: slot };
  if (!isSlot(slot)) return { booked: 'unknown_slot' };
  const meeting = await take(tx, asked, slot, facts);
  if (meeting === undefined) return { booked: 'taken' };
  if (meeting.status === 'scheduled') {
    await standsNow(tx, deps, meeting);
    await oweUnlessAnswered(tx, meeting, 'confirmed');
  } else {
    await announceMeeting(tx, meeting);
  }
  return { meeting };
}

/** Undefined where somebody else has it by now; the transaction goes on all the same. */
async function take(
  tx: Db,
  asked: BookingAsked,
  slot: MeetingRow,
  { connection, people }: BookingFacts,
): Promise<MeetingRow | undefined> {
  const person = people.find(({ personId }) => personId === slot.personId);
  const calendarId =
    connection === undefined || person === undefined ? null : writeCalendarOf(person, connection);
  await lapseHolds(tx, { ...asked, butSlotId: asked.slotId });
  await tx.query('savepoint take_slot');
  try {
    return await oneRow(
      tx,
      MeetingRow,
      `update meetings m
          set status = case when $4::text is null then 'scheduled' else 'pending' end,
              booked_at = now(),
              customer_name = coalesce($5, (select name from contacts c
                where c.user_id = m.user_id and c.contact_id = m.contact_id)),
              customer_email = $6, participants = $7,
              special_notes = $8, google_calendar_id = $4, google_event_id = $3,
              google_due_at = case when $4::text is null then null else now() end,
              held_until = null
        where m.user_id = $1 and m.meeting_id = $2
        returning ${meetingColumns}`,
      [
        asked.userId,
        asked.slotId,
        calendarId === null ? null : eventIdOf(asked.slotId),
        calendarId,
        asked.customerName,
        asked.customerEmail,
        asked.participants,
        asked.notes,
      ],
    );
  } catch (error) {
    if (!violates(error, 'meetings_no_double')) throw error;
    await tx.query('rollback to savepoint take_slot');
    return undefined;
  }
}

/** A link of a video call is made a moment after its event: so long the answer waits for it. */
const linkWaitsMs = [400, 1_600];

/** Writes the event, and waits a moment for its link. */
async function confirm(
  deps: BookingDeps,
  asked: BookingAsked,
  meeting: MeetingRow,
): Promise<Booked> {
  const { result } = await writeMeeting(deps, meeting, 'answer');
  if (result === 'needs_attention') return { booked: 'calendar_needs_attention' };
  if (result === 'failed' || result === 'gone') return { booked: 'failed' };
  const read = () =>
    asTenant(deps.app, asked.userId, (tx) =>
      findMeeting(tx, { ...asked, meetingId: asked.slotId }),
    );
  let now = await read();
  for (const waitMs of linkWaitsMs) {
    if (now === undefined || now.status !== 'scheduled' || now.meetLink !== null) break;
    await sleep(waitMs);
    await writeMeeting(deps, { ...meeting, isEarly: true }, 'answer');
    now = await read();
  }
  if (now === undefined) return { booked: 'failed' };
  if (now.status === 'scheduled') return { booked: 'scheduled', meeting: now };
  return now.status === 'pending' ? { booked: 'pending', meeting: now } : { booked: 'failed' };
}
