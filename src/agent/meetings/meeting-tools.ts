import { z } from 'zod';
import { WishReading } from '../../availability/wish-reading.ts';
import { TimeZone } from '../../lib/local-times.ts';
import { asTenant } from '../../lib/tenant.ts';
import { bookMeeting } from '../../meetings/booking/book-meeting.ts';
import type { Booker, BookingDeps } from '../../meetings/booking/booking-deps.ts';
import { readBusinessTimeZone } from '../../meetings/booking/booking-facts.ts';
import { type Changed, cancelBooking, moveBooking } from '../../meetings/booking/change-booking.ts';
import { findSlots } from '../../meetings/booking/find-slots.ts';
import { noteWish } from '../../meetings/booking/note-wish.ts';
import { readUpcomingMeetings } from '../../meetings/booking/read-bookings.ts';
import { type AgentTool, agentTool, type ToolContext } from '../tools.ts';
import { bookedAnswer, changedAnswer, meetingsAnswer, slotsAnswer } from './meeting-answers.ts';

/** `observeBooking` counts what became of each booking, move and cancellation. */
export type MeetingToolDeps = BookingDeps & { observeBooking: (outcome: string) => void };

/** The tools of an agent that takes bookings: each acts for the conversation's own customer and nobody else. */
export function meetingTools(deps: MeetingToolDeps): AgentTool[] {
  return [
    findSlotsTool(deps),
    bookMeetingTool(deps),
    rescheduleMeetingTool(deps),
    cancelMeetingTool(deps),
    myMeetingsTool(deps),
  ];
}

/** The tool of an agent that would take bookings, and whose calendar lets nobody in. */
export function wishTools(deps: BookingDeps): AgentTool[] {
  return [noteWishTool(deps)];
}

const FindSlots = z.object({
  customerSaid: z.string().describe("The customer's own words about the time, literally"),
  reading: WishReading.describe(
    'What you read in these words; dates are worked out from it for you',
  ),
  service: z.string().nullable().describe('The name of the service, if one is wanted or clear'),
  timeZone: z
    .string()
    .nullable()
    .describe(
      "The customer's time zone by its IANA name, only if they said where they are; else null",
    ),
  language: z.string().describe("The customer's language as a tag such as en, es or pt-BR"),
  forMeetingId: z
    .string()
    .nullable()
    .describe('The meetingId of a meeting that is to be moved; null for a new one'),
});

function findSlotsTool(deps: BookingDeps): AgentTool {
  return agentTool({
    name: 'find_slots',
    description:
      'Find times that are free for a meeting, by what the customer said. They are held for the customer for some minutes. Call it again for other times.',
    parameters: FindSlots,
    run: async (context, asked) => {
      const timeZone = TimeZone.safeParse(asked.timeZone).data ?? null;
      const language = languageOf(asked.language);
      const found = await findSlots(deps, { ...bookerOf(context), ...asked, timeZone, language });
      return slotsAnswer(found, language);
    },
  });
}

const noEmail = z.email().max(255).nullable().catch(null);

const BookMeeting = z.object({
  slotId: z.string().describe('The slotId of a slot that was offered and that the customer chose'),
  customerName: z
    .string()
    .nullable()
    .describe("The customer's name, if they told it; null for the one they write under"),
  customerEmail: z
    .string()
    .nullable()
    .describe('Where the invitation goes; null if the customer does without'),
  participants: z.array(z.string()).describe('E-mail addresses of others to invite; else empty'),
  notes: z.string().nullable().describe('What the business should know beforehand, or null'),
});

/** Each is mailed an invitation: a chat is no way to mail many. */
const mostParticipants = 4;

function bookMeetingTool(deps: MeetingToolDeps): AgentTool {
  return agentTool({
    name: 'book_meeting',
    description:
      'Book a slot that find_slots offered in this conversation and that the customer has chosen. Nothing is booked before this says so.',
    parameters: BookMeeting,
    run: async (context, asked) => {
      const customerEmail = noEmail.parse(asked.customerEmail?.trim() ?? null);
      if (customerEmail === null && (asked.customerEmail ?? '').trim() !== '') {
        return { output: 'This is no e-mail address. Ask the customer for it, or book without.' };
      }
      const booked = await bookMeeting(deps, {
        ...bookerOf(context),
        slotId: asked.slotId.trim(),
        customerName: (asked.customerName ?? '').trim().slice(0, 255) || null,
        customerEmail,
        participants: asked.participants
          .filter((address) => z.email().safeParse(address).success)
          .slice(0, mostParticipants),
        notes: asked.notes === null ? null : asked.notes.trim().slice(0, 2_000),
      });
      deps.observeBooking(booked.booked);
      return bookedAnswer(booked, {
        ...deps,
        businessTimeZone: await businessTimeZone(deps, context),
      });
    },
  });
}

const MoveMeeting = z.object({
  meetingId: z.string().describe('The meeting to move'),
  slotId: z.string().describe('A slot that find_slots offered for it, with forMeetingId'),
});

function rescheduleMeetingTool(deps: MeetingToolDeps): AgentTool {
  return agentTool({
    name: 'reschedule_meeting',
    description:
      'Move a meeting of this customer to a slot that find_slots offered for it and that the customer has chosen.',
    parameters: MoveMeeting,
    run: async (context, given) => {
      const changed = await moveBooking(deps, { ...bookerOf(context), ...given });
      deps.observeBooking(outcomeOf(changed, 'moved'));
      return changedAnswer(changed, 'moved', await businessTimeZone(deps, context));
    },
  });
}

const CancelMeeting = z.object({
  meetingId: z.string().describe('The meeting to call off'),
});

function cancelMeetingTool(deps: MeetingToolDeps): AgentTool {
  return agentTool({
    name: 'cancel_meeting',
    description: 'Call off a meeting of this customer, when the customer clearly wants that.',
    parameters: CancelMeeting,
    run: async (context, { meetingId }) => {
      const changed = await cancelBooking(deps, { ...bookerOf(context), meetingId });
      deps.observeBooking(outcomeOf(changed, 'cancelled'));
      return changedAnswer(changed, 'cancelled', await businessTimeZone(deps, context));
    },
  });
}

function myMeetingsTool(deps: BookingDeps): AgentTool {
  return agentTool({
    name: 'my_meetings',
    description: 'The meetings of this customer that are to come, as they are booked now.',
    parameters: z.object({}),
    run: async (context) => {
      const meetings = await asTenant(deps.app, context.userId, (tx) =>
        readUpcomingMeetings(tx, { ...context, now: deps.now() }),
      );
      return meetingsAnswer(meetings, await businessTimeZone(deps, context));
    },
  });
}

const NoteWish = z.object({
  wish: z.string().describe('What the customer wishes: what for, when, and how to reach them'),
});

function noteWishTool(deps: BookingDeps): AgentTool {
  return agentTool({
    name: 'note_meeting_wish',
    description:
      'Take down what the customer wishes, because no time can be booked now. The sales team is told and comes back to the customer.',
    parameters: NoteWish,
    run: async (context, given) => {
      await noteWish(deps, { ...bookerOf(context), ...given });
      return {
        output: 'It is taken down. Say that a colleague will come back to the customer about it.',
        did: ['noted_wish'],
      };
    },
  });
}

function outcomeOf({ changed }: Changed, deed: 'moved' | 'cancelled'): string {
  return changed === 'done' ? deed : changed;
}

/** Nothing else of a turn's facts reaches what is booked. */
function bookerOf({ userId, conversationId, contactId }: ToolContext): Booker {
  return { userId, conversationId, contactId };
}

function businessTimeZone({ app }: BookingDeps, context: ToolContext): Promise<string> {
  return asTenant(app, context.userId, (tx) => readBusinessTimeZone(tx, context));
}

/** A tag that dates can be worded by; English for what is none. */
function languageOf(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.trim())[0]?.slice(0, 35) ?? 'en';
  } catch {
    return 'en';
  }
}
