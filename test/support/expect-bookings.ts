import { expect } from '@jest/globals';
import {
  type BookedMeeting,
  eventsOf,
  type GoogleBusiness,
  meetingIn,
  meetingsOf,
} from './arrange-google.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './stage.ts';
import type { Talk } from './talk.ts';

/**
 * What a test need not wait for: whoever was killed had its leases on meetings for a minute more. Ending them early is
 * harsher than waiting, for it takes the leases of those who live too.
 */
export async function endLeases({ owner }: Stage, { tenant }: GoogleBusiness): Promise<void> {
  await owner.query(
    `update meetings set google_lease_until = now()
      where user_id = $1 and google_lease_until > now()`,
    [tenant.userId],
  );
}

/** What failed waits longer each time before it is tried again; nobody waits for that in a test. */
export async function haveOwedWritten({ owner }: Stage, { tenant }: GoogleBusiness): Promise<void> {
  await owner.query(
    `update meetings set google_due_at = now() where user_id = $1 and google_due_at > now()`,
    [tenant.userId],
  );
}

/** What turns did and never said goes out minutes later; nobody waits for that in a test. */
export async function haveUnsaidSaid({ owner }: Stage, { tenant }: GoogleBusiness): Promise<void> {
  await owner.query(
    `update meeting_messages set due_at = now()
      where user_id = $1 and settled_at is null and kind <> 'reminder'`,
    [tenant.userId],
  );
}

/** Waits until Google is owed nothing, and no customer is owed a word of a meeting. */
export async function untilAllIsWritten(
  stage: Stage,
  { tenant }: GoogleBusiness,
  withinMs = 30_000,
): Promise<void> {
  let last: unknown;
  await eventually(
    'everything is written and said',
    async () => {
      const { rows } = await stage.owner.query(
        `select (select count(*)::int from meetings where user_id = $1
                    and (google_due_at is not null or status = 'pending')) as owed,
                (select count(*)::int from meeting_messages where user_id = $1
                    and settled_at is null and due_at <= now() + interval '1 minute') as words,
                (select count(*)::int from message_delivery_status where user_id = $1
                    and status = 'pending') as sends`,
        [tenant.userId],
      );
      last = rows[0];
      const { owed, words, sends } = rows[0];
      return owed + words + sends === 0;
    },
    { withinMs, everyMs: 100 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; left: ${JSON.stringify(last)}`);
  });
}

/** Holds Google to Postgres: an event for every meeting that stands, at its time and in its person's calendar, and no other. */
export async function expectSameInGoogle(
  stage: Pick<Stage, 'owner' | 'simulators'>,
  business: GoogleBusiness,
): Promise<BookedMeeting[]> {
  const all = await meetingsOf(stage, business.tenant);
  const stand = all.filter(({ status }) => status === 'scheduled');
  const events = eventsOf(stage, business.email).filter((event) => meetingIn(event) !== undefined);
  const calendarOf = new Map(business.people.map((one) => [one.personId, one.calendarId]));
  const wanted = stand.map(({ meetingId, eventId, personId, start, end }) => ({
    meetingId,
    eventId,
    calendarId: calendarOf.get(personId),
    start,
    end,
  }));
  const found = events.map((event) => ({
    meetingId: meetingIn(event),
    eventId: event.eventId,
    calendarId: event.calendarId,
    start: event.start,
    end: event.end,
  }));
  expect(sorted(found)).toEqual(sorted(wanted));
  return stand;
}

function sorted<Item>(items: Item[]): string[] {
  return items.map((item) => JSON.stringify(item)).sort();
}

const sayBooked = /your meeting is booked|Your appointment is confirmed/;

/** Whether a customer was told that they have a meeting. */
export function wasToldBooked(talk: Talk): boolean {
  return talk.heard().some((text) => sayBooked.test(text));
}

/** The phones of the customers of meetings. */
export async function phonesOf({ owner }: Stage, meetings: BookedMeeting[]): Promise<string[]> {
  const { rows } = await owner.query(
    'select customer_phone as phone from conversations where conversation_id = any ($1)',
    [meetings.map(({ conversationId }) => conversationId)],
  );
  return rows.map(({ phone }) => String(phone)).sort();
}

/** How many messages nobody had asked for: they cost nothing. */
export async function wordsUnasked({ owner }: Stage, { tenant }: GoogleBusiness): Promise<number> {
  const { rows } = await owner.query(
    `select count(*)::int as count from messages
      where user_id = $1 and content->'about' is not null`,
    [tenant.userId],
  );
  return rows[0].count;
}
