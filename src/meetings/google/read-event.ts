import { z } from 'zod';
import type { AttendeeResponse, CalendarEvent, MeetLink } from '../calendar.ts';
import { CalendarRefused } from '../calendar-errors.ts';
import { meetingProperty } from './event-body.ts';

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Time = z.object({ dateTime: Instant.optional().catch(undefined) });

const Conference = z.object({
  createRequest: z
    .object({ status: z.object({ statusCode: z.string() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  entryPoints: z
    .array(z.object({ entryPointType: z.string().optional(), uri: z.string().optional() }))
    .catch([]),
});

/** An event as Google answers it. Of a deleted one only the id is sure to be there. */
const GoogleEvent = z.object({
  id: z.string(),
  status: z.string().optional().catch(undefined),
  start: Time.optional().catch(undefined),
  end: Time.optional().catch(undefined),
  updated: Instant.optional().catch(undefined),
  organizer: z.object({ self: z.boolean().optional() }).optional().catch(undefined),
  hangoutLink: z.string().optional().catch(undefined),
  conferenceData: Conference.optional().catch(undefined),
  attendees: z
    .array(z.object({ email: z.string().optional(), responseStatus: z.string().optional() }))
    .catch([]),
  extendedProperties: z
    .object({ private: z.record(z.string(), z.string()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

type GoogleEvent = z.infer<typeof GoogleEvent>;

/**
 * An event of Google's as ours. One without a time of change, which only a deleted one may be, counts as changed at
 * the epoch. Throws CalendarRefused for what is no event.
 */
export function readEvent(answered: unknown): CalendarEvent {
  const read = GoogleEvent.safeParse(answered);
  if (!read.success) throw new CalendarRefused('Google answered what is no event');
  const event = read.data;
  return {
    eventId: event.id,
    meetingId: event.extendedProperties?.private?.[meetingProperty] ?? null,
    isCancelled: event.status === 'cancelled',
    isOrganizedHere: event.organizer?.self === true,
    start: event.start?.dateTime ?? null,
    end: event.end?.dateTime ?? null,
    meet: meetOf(event),
    attendees: event.attendees.flatMap(({ email, responseStatus }) =>
      email === undefined ? [] : [{ email, response: responseOf(responseStatus) }],
    ),
    updatedAt: event.updated ?? new Date(0),
  };
}

function meetOf({ hangoutLink, conferenceData }: GoogleEvent): MeetLink {
  const entry = conferenceData?.entryPoints.find((one) => one.entryPointType === 'video');
  const url = hangoutLink ?? entry?.uri;
  if (url !== undefined) return { state: 'ready', url };
  const status = conferenceData?.createRequest?.status?.statusCode;
  if (status === 'failure') return { state: 'failed' };
  // Also a success that has no link yet: it comes with a later read.
  return { state: conferenceData?.createRequest === undefined ? 'none' : 'pending' };
}

function responseOf(status: string | undefined): AttendeeResponse {
  return status === 'accepted' || status === 'declined' || status === 'tentative'
    ? status
    : 'needs_action';
}
