import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSimulators } from '../../../simulators/start.ts';
import { localDay } from '../../../src/lib/local-times.ts';
import type { Booker, BookingDeps } from '../../../src/meetings/booking/booking-deps.ts';
import { writeMeeting } from '../../../src/meetings/booking/write-meeting.ts';
import { withAccess } from '../../../src/meetings/connection/with-access.ts';
import { googleCalendar } from '../../../src/meetings/google/google-calendar.ts';
import { arrangeTenant } from '../../support/arrange.ts';
import {
  arrangeGoogle,
  type GoogleBusiness,
  meetingsOf,
  requestsOf,
} from '../../support/arrange-google.ts';
import { arrangeBooker } from '../../support/booking-people.ts';
import { anyTime, askForSlots, bookingTestDeps, bookSlot } from '../../support/booking-stage.ts';
import { oneOf, seededRandom } from '../../support/chance.ts';
import { startGoogle } from '../../support/change-stage.ts';
import { expectSameInGoogle } from '../../support/expect-bookings.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testVault } from '../../support/test-vault.ts';

const customers = 200;
const slots = 20;
const pools = 4;
const seed = 20_261_128;

const date = localDay(new Date(), 'Europe/Lisbon', 3).date;
const reading = { ...anyTime, day: { kind: 'date', weekday: null, week: null, date } };

const faults = [
  { target: 'insert', action: 'drop_after' },
  { target: 'insert', action: 'drop_before' },
  { target: 'insert', action: 'error', status: 503 },
  { target: 'insert', action: 'delay', delayMs: 200 },
  { target: 'freebusy', action: 'error', status: 503 },
  { target: 'freebusy', action: 'errors' },
  { target: 'freebusy', action: 'delay', delayMs: 100 },
] as const;

let database: TestDatabase;
let simulators: RunningSimulators;
let business: GoogleBusiness;
let stores: BookingDeps[];

/** As a process of its own would have it: with connections of its own. */
function openDeps(): BookingDeps {
  const app = database.pool('rapport_app');
  const base = bookingTestDeps(app, {
    calendar: googleCalendar({ apiUrl: simulators.googleApiUrl, timeoutMs: 5_000 }),
  });
  const access = { ...base, vault: testVault, googleOAuth: undefined };
  return { ...base, withCalendar: (userId, work) => withAccess(access, userId, work) };
}

type Ended = 'scheduled' | 'pending' | 'nothing free';

/** Asks until there is a meeting or nothing is left. */
async function wantsVisit(deps: BookingDeps, booker: Booker): Promise<Ended> {
  for (let tries = 0; tries < 100; tries += 1) {
    const offer = await askForSlots(deps, booker, { reading, service: 'Visit' });
    const [slot] = offer.told.slots ?? [];
    if (offer.output.startsWith('Nothing is free')) return 'nothing free';
    if (slot === undefined) {
      await pause(200);
      continue;
    }
    const { told, output } = await bookSlot(deps, booker, slot.slotId);
    if (told.booked !== undefined) return 'scheduled';
    if (output.includes('"requested"')) return 'pending';
  }
  throw new Error('still no end to it');
}

/** What the sweep and its workers do, until nothing is owed; those who waited for a moment do so no more. */
async function writeWhatIsOwed(): Promise<void> {
  const { userId } = business.tenant;
  for (let round = 0; round < 20; round += 1) {
    await database.owner.query(
      'update meetings set google_due_at = now() where user_id = $1 and google_due_at is not null',
      [userId],
    );
    const owed = (await meetingsOf(database, business.tenant)).filter(({ isOwed }) => isOwed);
    if (owed.length === 0) return;
    await Promise.all(
      owed.flatMap(({ meetingId }) =>
        stores.map((deps) => writeMeeting(deps, { userId, meetingId }, 'message')),
      ),
    );
  }
  throw new Error('something is still owed');
}

// Seen failing with an event id of its own at each try (orphans in Google), and with 409 taken for a refusal.
describe(`${customers} customers who race for ${slots} slots through ${pools} pools while Google fails`, () => {
  let ended: Ended[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulators = await startGoogle();
    simulators.configure({ requestLimit: 20_000, googleMeetAfterMs: 0 });
    const stage = {
      owner: database.owner,
      simulators,
      tenant: () => arrangeTenant(database.owner),
    };
    business = await arrangeGoogle(stage, {
      people: ['Rita', 'Tom'],
      hours: ['08:00', '18:00'],
      rules: { offerAtMost: 1, holdMinutes: 1 },
    });
    stores = Array.from({ length: pools }, openDeps);
    const random = seededRandom(seed);
    for (let count = 0; count < 60; count += 1) {
      simulators.addFault('google', { account: business.email, ...oneOf(random, faults) });
    }
    const bookers: Booker[] = [];
    for (let count = 0; count < customers; count += 1) {
      bookers.push(await arrangeBooker(database.owner, business.tenant));
    }
    ended = await Promise.all(bookers.map((booker) => wantsVisit(oneOf(random, stores), booker)));
    await writeWhatIsOwed();
  }, 120_000);
  afterAll(async () => {
    await simulators.close();
    await database.drop();
  });

  it('gives each slot to one of them, in Postgres as in Google', async () => {
    const meetings = await expectSameInGoogle({ owner: database.owner, simulators }, business);

    expect(meetings).toHaveLength(slots);
    expect(new Set(meetings.map(({ personId, start }) => `${personId} ${start}`)).size).toBe(slots);
    expect(new Set(meetings.map(({ conversationId }) => conversationId)).size).toBe(slots);
    expect(await meetingsOf(database, business.tenant)).toHaveLength(slots);
    const inserts = requestsOf({ simulators }, business.email, 'insert');
    expect(inserts.filter(({ status }) => status === 0).length).toBeGreaterThan(1);
  });

  it('says so to as many as have one', () => {
    expect(ended.filter((one) => one === 'nothing free')).toHaveLength(customers - slots);
  });
});
