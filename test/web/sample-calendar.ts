import type { FakeEvent, FakeMeeting } from './fake-rapport.ts';

/** A meeting as the API shows it: Ana's, in a day from `at` unless it says otherwise. */
export function aMeeting(at: Date, facts: { [fact: string]: unknown } = {}) {
  return {
    meetingId: 'mtg_1',
    conversationId: 'cnv_1',
    personId: 'per_1',
    googleEventId: 'rapport1',
    title: 'Workshop visit',
    customerName: 'Ana',
    meetingTime: inHours(at, 24),
    durationMinutes: 30,
    meetLink: 'https://meet.google.com/abc-defg-hij',
    status: 'scheduled',
    changedBy: null,
    updatedAt: at.toISOString(),
    ...facts,
  } satisfies FakeMeeting;
}

/** The event of that meeting, as the simulated Google shows it. */
export function anEventOf(
  meeting: ReturnType<typeof aMeeting>,
  facts: { [fact: string]: unknown } = {},
) {
  const start = String(meeting.meetingTime);
  return anErrand(new Date(start), {
    eventId: meeting.googleEventId,
    summary: 'Workshop visit: Ana',
    privateProperties: { rapportMeeting: meeting.meetingId },
    ...facts,
  });
}

/** What the business has to do besides, for an hour. */
export function anErrand(at: Date, facts: { [fact: string]: unknown } = {}) {
  return {
    eventId: 'errand1',
    summary: 'Oak boards are delivered',
    status: 'confirmed',
    start: at.toISOString(),
    end: inHours(at, 1),
    isAllDay: false,
    privateProperties: {},
    ...facts,
  } satisfies FakeEvent;
}

/** So many hours later, as ISO 8601. */
export function inHours(at: Date, hours: number): string {
  return new Date(at.getTime() + hours * 3_600_000).toISOString();
}
