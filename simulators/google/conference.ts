import { type JsonObject, objectAt, textAt } from '../lib/json.ts';
import type { Conference, StoredEvent } from './events.ts';
import type { GoogleFault } from './faults.ts';
import type { GoogleWorld } from './world.ts';

/** The video call that a body asks for; the one there was where it asks for none, or with the same request once more. */
export function conferenceOf(
  world: GoogleWorld,
  body: JsonObject,
  query: URLSearchParams,
  before: Conference | undefined,
): Conference | undefined {
  const requestId = textAt(
    objectAt(objectAt(body, 'conferenceData'), 'createRequest'),
    'requestId',
  );
  if (requestId === undefined || query.get('conferenceDataVersion') !== '1') return before;
  if (before?.requestId === requestId) return before;
  const isAtOnce = world.settings.googleMeetAfterMs === 0;
  return { requestId, state: isAtOnce ? 'success' : 'pending', code: meetCode(world) };
}

/** Makes the video call of an event later, or fails to, as a fault says. */
export function makeConferenceLater(
  world: GoogleWorld,
  { calendarId, eventId, conference }: StoredEvent,
  fault: GoogleFault | undefined,
): void {
  if (conference?.state !== 'pending') return;
  world.timers.after(world.settings.googleMeetAfterMs, () => {
    const event = world.events.find(calendarId, eventId);
    if (event?.conference?.requestId !== conference.requestId) return;
    if (event.conference.state !== 'pending' || event.status === 'cancelled') return;
    const state = fault?.action === 'meet_failure' ? 'failure' : 'success';
    world.events.save({ ...event, conference: { ...conference, state } }, 'changed');
  });
}

/** Such as `abc-defg-hij`: letters only. */
function meetCode(world: GoogleWorld): string {
  let rest = world.nextSequence();
  const letters = Array.from({ length: 10 }, () => {
    const letter = String.fromCharCode(97 + (rest % 26));
    rest = Math.floor(rest / 26);
    return letter;
  }).join('');
  return `${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7)}`;
}
