import { sayBoth } from '../../availability/say-time.ts';
import { asTenant } from '../../lib/tenant.ts';
import { endOf, isSlot, type MeetingRow } from '../meeting.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';
import { type BookingFacts, readBookingFacts } from './booking-facts.ts';
import { readOfferedSlots, readUpcomingMeetings } from './read-bookings.ts';

/** What an agent can do about meetings in a conversation, and what it must know of them. */
export type BookingNote = { takes: 'bookings' | 'wishes'; text: string; hasMeetings: boolean };

/**
 * Reads what the model is told about meetings at the beginning of a turn: services, the slots that were offered, with
 * the ids that tools take, and what is booked. Undefined where the agent takes no bookings.
 */
export function readBookingNote(
  { app, now }: Pick<BookingDeps, 'app' | 'now'>,
  booker: Booker,
): Promise<BookingNote | undefined> {
  const at = now();
  return asTenant(app, booker.userId, async (tx) => {
    const facts = await readBookingFacts(tx, booker);
    if (facts === undefined) return undefined;
    const offered = await readOfferedSlots(tx, { ...booker, now: at });
    const upcoming = await readUpcomingMeetings(tx, { ...booker, now: at });
    const needsAttention = facts.connection?.status === 'needs_attention';
    return {
      takes: needsAttention ? 'wishes' : 'bookings',
      hasMeetings: !needsAttention && upcoming.length > 0,
      text: needsAttention ? wishesOnly : noteOf(facts, offered, upcoming),
    };
  });
}

const wishesOnly = `Meetings: the business's calendar cannot be read now, so no time can be looked up, booked, moved or cancelled. If the customer wants a meeting, say so plainly and offer to take down what they wish (note_meeting_wish), so that a colleague comes back to them.`;

function noteOf(
  { profile, customer }: BookingFacts,
  offered: MeetingRow[],
  upcoming: MeetingRow[],
): string {
  const businessTimeZone = profile.businessTimezone;
  const said = (meeting: MeetingRow): string => sayMeeting(meeting, businessTimeZone);
  const services = profile.services.map(({ name, durationMinutes, description }) => {
    const minutes = durationMinutes ?? profile.defaultAppointmentLength;
    return `- ${name} (${minutes} minutes)${description === undefined ? '' : `: ${description}`}`;
  });
  return [
    'Meetings: never work out dates or promise times yourself; the tools do. Offer only slots that find_slots answered, word for word, and say that a meeting is booked, moved or cancelled only after its tool said so in this turn. Before booking ask for what is missing: the name, and the e-mail address for the invitation (they may do without).',
    `The business's time zone is ${businessTimeZone}${customer === null ? '' : `; the customer was told times in ${customer.timeZone}`}.`,
    ...(services.length === 0 ? [] : ['Services:', ...services]),
    ...(offered.length === 0
      ? []
      : [
          'Slots offered to this customer last:',
          ...offered.map(
            (slot) => `- slotId ${slot.meetingId}: ${said(slot)}${isSlot(slot) ? '' : ' (booked)'}`,
          ),
        ]),
    ...(upcoming.length === 0
      ? []
      : [
          'Meetings of this customer:',
          ...upcoming.map(
            (one) => `- meetingId ${one.meetingId}: ${one.title}, ${said(one)}, ${one.status}`,
          ),
        ]),
  ].join('\n');
}

/** When a meeting is, in its customer's words, with the business's clock where it shows another time. */
export function sayMeeting(
  meeting: Pick<MeetingRow, 'meetingTime' | 'durationMinutes' | 'timezone' | 'language'>,
  businessTimeZone: string,
): string {
  return sayBoth(
    { start: meeting.meetingTime, end: endOf(meeting) },
    { timeZone: meeting.timezone, language: meeting.language, businessTimeZone },
  );
}
