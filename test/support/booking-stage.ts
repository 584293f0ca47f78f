import { type MeetingToolDeps, meetingTools } from '../../src/agent/meetings/meeting-tools.ts';
import { runTool, type ToolResult } from '../../src/agent/tools.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Booker, BookingDeps } from '../../src/meetings/booking/booking-deps.ts';
import type { Calendar } from '../../src/meetings/calendar.ts';
import { NoCalendarConnected } from '../../src/meetings/calendar-errors.ts';
import { recordingLog } from './recording-log.ts';

/** Without a calendar behind them, unless a test gives one. */
export function bookingTestDeps(app: Pool, given: Partial<BookingDeps> = {}): BookingDeps {
  return {
    app,
    now: () => new Date(),
    newId,
    random: Math.random,
    calendar: noCalendar,
    withCalendar: async () => {
      throw new NoCalendarConnected('no calendar is connected');
    },
    calendarFileOf: ({ meetingId }) => `https://rapport.example/meetings/${meetingId}.ics`,
    enqueue: async () => {},
    publishLook: () => {},
    log: recordingLog().log,
    ...given,
  };
}

async function nothing(): Promise<never> {
  throw new Error('no calendar may be asked here');
}

const noCalendar: Calendar = {
  calendars: nothing,
  busy: nothing,
  insert: nothing,
  read: nothing,
  move: nothing,
  remove: nothing,
  changes: nothing,
  watch: nothing,
  unwatch: nothing,
};

/** What a model passes when the customer named no day. */
export const anyDay = { kind: 'any', weekday: null, week: null, date: null };
export const anyTime = { day: anyDay, partOfDay: 'any', from: null, to: null };

/** Runs a tool as a turn does; the answer is read where it is JSON. */
export async function useTool(
  deps: BookingDeps & Partial<MeetingToolDeps>,
  booker: Booker,
  name: string,
  given: object,
): Promise<ToolResult & { told: Told }> {
  const call = { name, arguments: JSON.stringify(given) };
  const result = await runTool(meetingTools({ observeBooking: () => {}, ...deps }), booker, call);
  return { ...result, told: result.output.startsWith('{') ? JSON.parse(result.output) : {} };
}

/** What the tools answer as JSON, as far as tests read it. */
export type Told = {
  slots?: { slotId: string; says: string }[];
  booked?: { meetingId: string; says: string; status: string; meetLink?: string };
  moved?: { meetingId: string; says: string };
  cancelled?: { meetingId: string };
  meetings?: { meetingId: string; says: string; status: string }[];
};

/** Asks for slots as a customer who named no time. */
export function askForSlots(deps: BookingDeps, booker: Booker, more: object = {}) {
  return useTool(deps, booker, 'find_slots', {
    customerSaid: 'whenever you can',
    reading: anyTime,
    service: null,
    timeZone: null,
    language: 'en',
    forMeetingId: null,
    ...more,
  });
}

/** Books a slot as Ana. */
export function bookSlot(
  deps: BookingDeps & Partial<MeetingToolDeps>,
  booker: Booker,
  slotId: string,
  more: object = {},
) {
  return useTool(deps, booker, 'book_meeting', {
    slotId,
    customerName: 'Ana',
    customerEmail: null,
    participants: [],
    notes: null,
    ...more,
  });
}
