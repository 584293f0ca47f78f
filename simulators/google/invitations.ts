import type { StoredEvent } from './events.ts';
import type { GoogleWorld } from './world.ts';

/** A mail that Google sent to somebody who was invited. */
export type Invitation = {
  sequence: number;
  at: string;
  to: string;
  eventId: string;
  calendarId: string;
  kind: 'invited' | 'updated' | 'cancelled';
};

/** Mails whoever has to know what became of an event; `wanted` is the request's `sendUpdates`. */
export function sendInvitations(
  world: GoogleWorld,
  {
    before,
    after,
    wanted,
  }: { before: StoredEvent | undefined; after: StoredEvent; wanted: string },
): void {
  if (wanted !== 'all' && wanted !== 'externalOnly') return;
  const isCancelled = after.status === 'cancelled';
  const were = before === undefined || before.status === 'cancelled' ? [] : emailsOf(before);
  const are = isCancelled ? [] : emailsOf(after);
  for (const to of were.filter((one) => !are.includes(one))) mail(world, after, to, 'cancelled');
  for (const to of are.filter((one) => !were.includes(one))) mail(world, after, to, 'invited');
  if (before === undefined || !isNews(before, after)) return;
  for (const to of are.filter((one) => were.includes(one))) mail(world, after, to, 'updated');
}

function mail(world: GoogleWorld, event: StoredEvent, to: string, kind: Invitation['kind']): void {
  world.invitations.add({
    sequence: world.nextSequence(),
    at: new Date(world.now()).toISOString(),
    to,
    eventId: event.eventId,
    calendarId: event.calendarId,
    kind,
  });
}

/** Nobody mails themselves. */
function emailsOf({ attendees, calendarId, account }: StoredEvent): string[] {
  return attendees.map(({ email }) => email).filter((one) => one !== calendarId && one !== account);
}

const told = ['summary', 'location', 'description'];

function isNews(before: StoredEvent, after: StoredEvent): boolean {
  const facts = (event: StoredEvent) =>
    JSON.stringify([event.start, event.end, told.map((name) => event.fields[name])]);
  return facts(before) !== facts(after);
}
