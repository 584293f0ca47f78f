import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instantOf, localDay } from '../../src/lib/local-times.ts';
import {
  arrangeGoogle,
  eventsOf,
  type GoogleBusiness,
  meetingIn,
  meetingsOf,
  requestsOf,
} from '../support/arrange-google.ts';
import { eventually } from '../support/eventually.ts';
import { noDiscovery, readDiscovery, recordedViolations } from '../support/google-discovery.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { type Talk, talkTo } from '../support/talk.ts';

const zone = 'Europe/Lisbon';
const wish = 'Can I come by for a visit tomorrow afternoon?';
const choice = 'The second one, I am Ana, ana@example.com';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

/** A time of tomorrow, or of so many days later, on the business's clock. */
function at(time: string, days = 1): string {
  return instantOf(localDay(new Date(), zone, days).date, time, zone, 'first').toISOString();
}

/** Somebody writes into the business's calendar by hand. */
function writeByHand({ email }: GoogleBusiness, from: string, to: string): void {
  const times = { start: at(from), end: at(to) };
  stage.simulators.googlePersonActs({ kind: 'create', account: email, summary: 'Own', ...times });
}

function fault(business: GoogleBusiness, target: string, action: string, more: object = {}): void {
  stage.simulators.addFault('google', { account: business.email, target, action, ...more });
}

function bookedOf({ tenant }: GoogleBusiness) {
  return meetingsOf(stage, tenant);
}

function confirmationsTo(talk: Talk): string[] {
  return talk.heard().filter((text) => text.includes('Your appointment is confirmed'));
}

describe('a customer of a business with a Google calendar', () => {
  it('books into it, moves the event and takes it out again', async () => {
    const business = await arrangeGoogle(stage);
    const talk = talkTo(stage, business.tenant);
    await talk.say(wish);

    const booked = await talk.say(choice);

    const [event] = eventsOf(stage, business.email);
    const [meeting] = await bookedOf(business);
    expect(eventsOf(stage, business.email)).toHaveLength(1);
    expect(event).toMatchObject({
      start: at('14:00'),
      end: at('15:00'),
      eventId: meeting?.eventId,
      attendees: [{ email: 'ana@example.com', displayName: 'Ana' }],
    });
    expect([meeting?.status, meeting?.start]).toEqual(['scheduled', at('14:00')]);
    expect(event === undefined ? undefined : meetingIn(event)).toBe(meeting?.meetingId);
    expect(event?.hangoutLink).toMatch(/^https:\/\/meet/);
    expect(booked).toContain(`Join here: ${event?.hangoutLink}`);
    expect(invitationsOf(business)).toEqual(['ana@example.com invited']);

    await talk.say('I have to move it to the morning of the day after tomorrow');
    expect(await talk.say('The first')).toContain('moved to:');
    expect(eventsOf(stage, business.email)).toMatchObject([
      { eventId: event?.eventId, start: at('09:00', 2), end: at('10:00', 2) },
    ]);

    expect(await talk.say('Please cancel it')).toContain('is cancelled');
    expect(eventsOf(stage, business.email)).toEqual([]);
    expect(invitationsOf(business).slice(1)).toEqual([
      'ana@example.com updated',
      'ana@example.com cancelled',
    ]);
    expect(await bookedOf(business)).toMatchObject([{ status: 'cancelled', isOwed: false }]);
  });

  it('is not offered what is taken in the calendar, nor given what is taken meanwhile', async () => {
    const business = await arrangeGoogle(stage);
    writeByHand(business, '12:00', '14:30');
    const talk = talkTo(stage, business.tenant);

    const offer = await talk.say(wish);
    writeByHand(business, '16:30', '17:30');

    expect([...offer.matchAll(/\d\. .*?(\d\d:\d\d)/g)].map(([, time]) => time)).toEqual([
      '15:00',
      '16:00',
    ]);
    expect(await talk.say(choice)).toContain('Somebody else has this time by now');
    expect(await bookedOf(business)).toEqual([]);
  });

  it('is offered nothing while a calendar cannot be read', async () => {
    const business = await arrangeGoogle(stage);
    fault(business, 'freebusy', 'errors');
    const talk = talkTo(stage, business.tenant);

    expect(await talk.say(wish)).toContain('The calendar does not answer now');
    expect(await talk.say(wish)).toContain('I can offer you:');
  });

  it('is told of no link where no video call was made', async () => {
    const business = await arrangeGoogle(stage);
    fault(business, 'insert', 'meet_failure');
    const talk = talkTo(stage, business.tenant);
    await talk.say(wish);

    const booked = await talk.say(choice);

    expect(booked).toContain('is booked');
    expect(booked).not.toContain('Join here');
    expect(await bookedOf(business)).toMatchObject([{ status: 'scheduled', isOwed: false }]);
  });
});

describe('a booking that Google does not take at once', () => {
  it.each([
    { name: 'an error', action: 'error', status: 500 },
    { name: 'no answer, and nothing done', action: 'drop_before' },
    { name: 'no answer, and it was done', action: 'drop_after' },
    { name: 'silence, and it was done', action: 'hang_after' },
  ])('is reserved, and confirmed once by the sweep: $name', async ({ action, ...more }) => {
    const business = await arrangeGoogle(stage);
    fault(business, 'insert', action, more);
    const talk = talkTo(stage, business.tenant);
    await talk.say(wish);

    expect(await talk.say(choice)).toContain('The confirmation follows here');
    await eventually('the customer is told', () => confirmationsTo(talk).length > 0);
    await eventually('nothing is owed', async () =>
      (await bookedOf(business)).every(({ isOwed }) => !isOwed),
    );

    const [meeting] = await bookedOf(business);
    expect(await bookedOf(business)).toMatchObject([{ status: 'scheduled', start: at('14:00') }]);
    expect(eventsOf(stage, business.email)).toMatchObject([
      { eventId: meeting?.eventId, start: at('14:00') },
    ]);
    expect(requestsOf(stage, business.email, 'insert')).toHaveLength(2);
    expect(confirmationsTo(talk)).toHaveLength(1);
    expect(invitationsOf(business)).toEqual(['ana@example.com invited']);
  });
});

/** A look at the calendar that is due would find the end of the grant before the customer does, which is right as well. */
async function nobodyLooks({ tenant }: GoogleBusiness): Promise<void> {
  await eventually('no look is under way, nor due', async () => {
    const { rows } = await stage.owner.query(
      `update google_calendar_syncs set look_at = now() + interval '1 hour'
        where user_id = $1
        returning coalesce(lease_until > now(), false) as "isUnderWay"`,
      [tenant.userId],
    );
    return rows.every(({ isUnderWay }) => !isUnderWay);
  });
}

describe('a calendar that lets nobody in any more', () => {
  it('has wishes taken down, and sales and the tenant told once', async () => {
    const business = await arrangeGoogle(stage);
    const talk = talkTo(stage, business.tenant);
    await nobodyLooks(business);
    stage.simulators.revokeGoogle(business.email);

    expect(await talk.say(wish)).toContain('nothing was looked up or changed');
    expect(await talk.say(wish)).toContain('I have taken down what you wish');
    expect(await talk.say(wish)).toContain('I have taken down what you wish');

    expect(await noticesOf(business)).toEqual(['google_calendar.needs_attention']);
    expect(await bookingEventsOf(business)).toEqual(['wish']);
  });

  it('frees the slot that a customer was about to have', async () => {
    const business = await arrangeGoogle(stage);
    const talk = talkTo(stage, business.tenant);
    await talk.say(wish);
    fault(business, 'insert', 'error', { status: 401 });
    fault(business, 'token', 'error', { status: 400 });

    expect(await talk.say(choice)).toContain('nothing was looked up or changed');

    expect(await bookedOf(business)).toMatchObject([{ status: 'cancelled', isOwed: false }]);
    expect(eventsOf(stage, business.email)).toEqual([]);
    expect(await noticesOf(business)).toEqual(['google_calendar.needs_attention']);
    const { rows } = await stage.owner.query(
      `select from meetings
        where user_id = $1 and meeting_time = $2 and status in ('held', 'pending', 'scheduled')`,
      [business.tenant.userId, at('14:00')],
    );
    expect(rows).toEqual([]);
  });
});

describe('all that was asked of Google here', () => {
  const discovery = readDiscovery();
  const when = discovery === undefined ? it.skip : it;

  when(`is what its discovery document describes (${noDiscovery})`, () => {
    if (discovery === undefined) return;
    expect(recordedViolations(discovery, stage.simulators.googleRequests())).toEqual([]);
  });
});

function invitationsOf({ email }: GoogleBusiness): string[] {
  return stage.simulators
    .googleInvitations()
    .filter(({ calendarId }) => calendarId === email)
    .map(({ to, kind }) => `${to} ${kind}`);
}

async function noticesOf({ tenant }: GoogleBusiness): Promise<string[]> {
  const { rows } = await stage.owner.query('select kind from notices where user_id = $1', [
    tenant.userId,
  ]);
  return rows.map(({ kind }) => kind);
}

async function bookingEventsOf({ tenant }: GoogleBusiness): Promise<string[]> {
  const { rows } = await stage.owner.query(
    `select details->>'what' as what from lead_events where user_id = $1 and kind = 'booking'`,
    [tenant.userId],
  );
  return rows.map(({ what }) => what);
}
