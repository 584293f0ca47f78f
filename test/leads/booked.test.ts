import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBookedTimes } from '../../src/leads/booked-times.ts';
import { demoTimeOf } from '../../src/leads/complete-lead.ts';
import { bookingInWords } from '../../src/leads/telling/booking-in-words.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { bookingHappened } from '../../src/meetings/booking-happened.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeMeeting } from '../support/arrange-meeting.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { serveLeads } from './serve-leads.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const time = '2026-12-02T15:00:00.000Z';
const said = { demoBookDatetime: '2026-12-02T15:00:00Z' };
const byHand = { demoBookDatetime: { value: '2026-12-05T09:00:00.000Z', setAt: time } };

describe('demoTimeOf', () => {
  it("takes a person's word before the meeting, and the meeting before the customer's words", () => {
    const booked = { meetingTime: time, everBooked: [time] };
    const understood = { demoBookDatetime: '2026-12-03T10:00:00Z' };

    expect(demoTimeOf({ understood, setByHand: byHand, booked })).toBe('2026-12-05T09:00:00.000Z');
    expect(demoTimeOf({ understood, setByHand: {}, booked })).toBe(time);
    expect(demoTimeOf({ understood, setByHand: {} })).toBe('2026-12-03T10:00:00Z');
  });

  it('is none after the meeting was cancelled, unless the words say another time', () => {
    const booked = { meetingTime: null, everBooked: [time] };
    const another = { demoBookDatetime: '2026-12-03T10:00:00Z' };

    expect(demoTimeOf({ understood: said, setByHand: {}, booked })).toBeNull();
    expect(demoTimeOf({ understood: another, setByHand: {}, booked })).toBe('2026-12-03T10:00:00Z');
  });
});

describe('readBookedTimes', () => {
  it('takes the next meeting that stands, and puts what happened on the timeline', async () => {
    const tenant = await arrangeTenant(database.owner);
    const { userId } = tenant;
    const conversationId = await arrangeConversation(database.owner, tenant);
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    const arrange = (hours: number, status: 'scheduled' | 'cancelled' | 'completed') =>
      arrangeMeeting(database.owner, tenant, conversationId, {
        meetingTime: inHours(hours),
        status,
      });
    await arrange(-5, 'completed');
    await arrange(1, 'cancelled');
    await arrange(50, 'scheduled');
    const { meetingId, meetingTime } = await arrange(20, 'scheduled');

    const booked = await asTenant(database.pool('rapport_app'), userId, async (tx) => {
      const meeting = { userId, conversationId, meetingId, meetingTime, version: 1 };
      const rest = { timezone: 'UTC', agentId: tenant.agentId };
      await bookingHappened(tx, newId, { ...meeting, ...rest }, 'booked');
      return await readBookedTimes(tx, { userId, conversationId });
    });

    const at = meetingTime.toISOString();
    expect(booked).toEqual({ meetingTime: at, everBooked: [at] });
    const client = await serveLeads(database, tenant);
    const { body } = await client.get(`/leads/${conversationId}/timeline`).expect(200);
    expect(body.data).toMatchObject([
      { kind: 'meeting', meetingId, what: 'booked', meetingTime: at },
    ]);
  });
});

describe('bookingInWords', () => {
  it.each([
    ['booked', 'Booked a meeting for Wed 2 Dec, 15:00 Lisbon'],
    ['moved', 'Meeting moved to Wed 2 Dec, 15:00 Lisbon'],
    ['cancelled', 'Meeting of Wed 2 Dec, 15:00 Lisbon cancelled'],
  ])('says what was %s', (what, words) => {
    expect(bookingInWords({ what, meetingTime: time, timeZone: 'Europe/Lisbon' })).toBe(words);
  });
});
