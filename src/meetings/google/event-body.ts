import type { EventToWrite } from '../calendar.ts';

/** The private property of an event that names the meeting it is of. */
export const meetingProperty = 'rapportMeeting';

/** A time as Google takes it: the instant, and the zone that its people read it in. */
export function eventTime(at: Date, timeZone: string): { dateTime: string; timeZone: string } {
  return { dateTime: at.toISOString(), timeZone };
}

/** A meeting as the body of `events.insert`. The same meeting gives the same body at every try. */
export function eventBody(event: EventToWrite) {
  return {
    id: event.eventId,
    summary: event.title,
    description: event.description,
    start: eventTime(event.start, event.timeZone),
    end: eventTime(event.end, event.timeZone),
    attendees: event.attendees.map(({ email, name }) => ({
      email,
      ...(name === undefined ? {} : { displayName: name }),
    })),
    extendedProperties: { private: { [meetingProperty]: event.meetingId } },
    ...(event.wantsMeet
      ? {
          conferenceData: {
            createRequest: {
              // A request that was seen before makes no second conference.
              requestId: event.eventId,
              conferenceSolutionKey: { type: 'hangoutsMeet' },
            },
          },
        }
      : {}),
  };
}
