import { sayBoth } from '../../availability/say-time.ts';
import type { Booked } from '../../meetings/booking/book-meeting.ts';
import { sayMeeting } from '../../meetings/booking/booking-note.ts';
import type { Changed } from '../../meetings/booking/change-booking.ts';
import type { SlotsFound } from '../../meetings/booking/find-slots.ts';
import type { MeetingRow } from '../../meetings/meeting.ts';
import type { Deed } from '../promises/deed.ts';
import type { ToolResult } from '../tools.ts';

/** What the model is told of slots: each with the id that booking takes, and in the words to repeat. */
export function slotsAnswer(found: SlotsFound, language: string): ToolResult {
  switch (found.found) {
    case 'slots': {
      if (found.held.length === 0) return { output: nothingFree(found) };
      const businessTimeZone = found.facts.profile.businessTimezone;
      const { timeZone } = found;
      return answer({
        slots: found.held.map(({ slotId, start, end }) => ({
          slotId,
          says: sayBoth({ start, end }, { timeZone, language, businessTimeZone }),
        })),
        heldForMinutes: found.facts.profile.bookingRules.holdMinutes,
        next: 'Offer these word for word with weekday, date, time and zone, and ask which one. Nothing is booked yet.',
      });
    }
    case 'unclear':
    case 'past':
      return { output: found.text };
    case 'unknown_service':
      return {
        output: `Ask the customer which of these it is about, and pass its name: ${found.services.join('; ')}.`,
      };
    case 'unknown_meeting':
      return { output: noSuchMeeting };
    default:
      return { output: obstacles[found.found] };
  }
}

function nothingFree({ isEverythingHeld, understood }: Extract<SlotsFound, { found: 'slots' }>) {
  return isEverythingHeld
    ? `What is left of ${understood} is held for other customers who are deciding just now. Offer another time, or to look again in some minutes.`
    : `Nothing is free at ${understood}. Say so, and ask for another day or time of the day.`;
}

const noSuchMeeting =
  'This customer has no such meeting. Call my_meetings for the meetings that there are.';

const obstacles = {
  no_bookings: 'This business takes no bookings here. Say so, or hand over.',
  calendar_needs_attention:
    'The calendar cannot be reached until the business connects it anew: nothing was looked up or changed. Say so and offer to take down what the customer wishes.',
  calendar_unavailable:
    'The calendar does not answer now: nothing was looked up or changed. Say so; the customer may try again in some minutes, or leave their wish here.',
};

/** What answers about bookings are worded with. */
export type AnswerFacts = {
  businessTimeZone: string;
  /** Where a customer fetches a meeting for their own calendar. */
  calendarFileOf: (meeting: MeetingRow) => string | undefined;
};

/** What the model is told of a booking, and what it may say was done. */
export function bookedAnswer(
  booked: Booked,
  { businessTimeZone, calendarFileOf }: AnswerFacts,
): ToolResult {
  switch (booked.booked) {
    case 'scheduled':
      return did('booked', {
        booked: {
          ...shown(booked.meeting, businessTimeZone),
          ...fileOf(booked.meeting, calendarFileOf),
        },
        next: 'Confirm it with weekday, date, time and zone, and with the links if there are any, exactly as they are.',
      });
    case 'pending':
      return answer({
        requested: shown(booked.meeting, businessTimeZone),
        next: 'It is not confirmed yet. Say that the request is on its way and that the confirmation follows here in some minutes; say neither that it is booked nor that it is reserved.',
      });
    case 'unknown_slot':
      return {
        output:
          'This slot was not offered in this conversation. Only slots of find_slots can be booked: look again.',
      };
    case 'taken':
      return {
        output: 'Somebody else has this time by now. Say so, and look for another with find_slots.',
      };
    case 'too_many':
      return {
        output:
          'This customer has as many meetings to come as one may have here. Offer to move or call off one, or a person.',
      };
    case 'too_late':
      return { output: 'This time has begun or is over. Look for another with find_slots.' };
    case 'failed':
      return {
        output:
          'The calendar did not take it: nothing is booked. Say so, and offer another time or a person.',
      };
    default:
      return { output: obstacles[booked.booked] };
  }
}

/** What the model is told of a change. `deed` is what it may say was done, if it was. */
export function changedAnswer(
  changed: Changed,
  deed: Extract<Deed, 'moved' | 'cancelled'>,
  businessTimeZone: string,
): ToolResult {
  switch (changed.changed) {
    case 'done':
    case 'already':
      return did(deed, { [deed]: shown(changed.meeting, businessTimeZone) });
    case 'unknown_meeting':
      return { output: noSuchMeeting };
    case 'unknown_slot':
      return {
        output:
          'This slot was not offered for this meeting. Call find_slots with forMeetingId, and offer what it answers.',
      };
    case 'over':
      return { output: 'This meeting is over or was called off: it cannot be changed.' };
    case 'taken':
      return { output: 'Somebody else has this time by now. Look for another with find_slots.' };
    case 'gone':
      return {
        output:
          'The business had taken this meeting out of its calendar: it is off. Say so, and offer to find a new time.',
      };
    case 'calendar_needs_attention':
    case 'calendar_unavailable':
      return { output: obstacles[changed.changed] };
  }
}

/** The meetings of the customer, for the model. */
export function meetingsAnswer(meetings: MeetingRow[], businessTimeZone: string): ToolResult {
  return did('listed_meetings', {
    meetings: meetings.map((meeting) => shown(meeting, businessTimeZone)),
    ...(meetings.length === 0 ? { next: 'This customer has no meeting to come.' } : {}),
  });
}

function shown(meeting: MeetingRow, businessTimeZone: string) {
  const { meetingId, title, status, meetLink, customerEmail } = meeting;
  return {
    meetingId,
    title,
    says: sayMeeting(meeting, businessTimeZone),
    status,
    ...(meetLink === null ? {} : { meetLink }),
    ...(customerEmail === null ? {} : { invitationTo: customerEmail }),
  };
}

/** Whoever gets no invitation by mail can fetch the meeting. */
function fileOf(meeting: MeetingRow, calendarFileOf: AnswerFacts['calendarFileOf']) {
  const isInvited = meeting.customerEmail !== null && meeting.googleEventId !== null;
  const calendarFile = isInvited ? undefined : calendarFileOf(meeting);
  return calendarFile === undefined ? {} : { calendarFile };
}

function did(deed: Deed, told: object): ToolResult {
  return { ...answer(told), did: [deed] };
}

function answer(told: object): ToolResult {
  return { output: JSON.stringify(told) };
}
