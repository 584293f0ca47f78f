import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Booker, BookingDeps } from '../../../src/meetings/booking/booking-deps.ts';
import type { Tenant } from '../../support/arrange.ts';
import type { BookingsOptions } from '../../support/arrange-bookings.ts';
import { arrangeBooker, arrangeBusiness } from '../../support/booking-people.ts';
import { askForSlots, bookingTestDeps, bookSlot, useTool } from '../../support/booking-stage.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let deps: BookingDeps;

beforeAll(async () => {
  database = await createTestDatabase();
  deps = bookingTestDeps(database.pool('rapport_app'));
});
afterAll(() => database.drop());

const business = (options?: BookingsOptions) => arrangeBusiness(database.owner, options);
const customerOf = (tenant: Tenant) => arrangeBooker(database.owner, tenant);

describe('reschedule_meeting, cancel_meeting and my_meetings', () => {
  const bookOne = async (booker: Booker) => {
    const [slot] = (await askForSlots(deps, booker)).told.slots ?? [];
    await bookSlot(deps, booker, slot?.slotId ?? '');
    return slot?.slotId ?? '';
  };

  it('moves a meeting to a slot that was offered for it', async () => {
    const ana = await customerOf(await business());
    const meetingId = await bookOne(ana);
    const [slot] = (await askForSlots(deps, ana, { forMeetingId: meetingId })).told.slots ?? [];

    const moved = await useTool(deps, ana, 'reschedule_meeting', {
      meetingId,
      slotId: slot?.slotId,
    });

    expect(moved).toMatchObject({
      did: ['moved'],
      told: { moved: { meetingId, says: slot?.says } },
    });
    const { told } = await useTool(deps, ana, 'my_meetings', {});
    expect(told.meetings).toMatchObject([{ meetingId, says: slot?.says, status: 'scheduled' }]);
  });

  it('counts what became of each', async () => {
    const ana = await customerOf(await business());
    const outcomes: string[] = [];
    const counting = { ...deps, observeBooking: (outcome: string) => outcomes.push(outcome) };
    const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];
    const meetingId = slot?.slotId ?? '';

    await bookSlot(counting, ana, 'mtg_unknown');
    await bookSlot(counting, ana, meetingId);
    const [other] = (await askForSlots(deps, ana, { forMeetingId: meetingId })).told.slots ?? [];
    const given = { meetingId, slotId: other?.slotId };
    await useTool(counting, ana, 'reschedule_meeting', given);
    await useTool(counting, ana, 'cancel_meeting', { meetingId });
    await useTool(counting, ana, 'cancel_meeting', { meetingId });

    expect(outcomes).toEqual(['unknown_slot', 'scheduled', 'moved', 'cancelled', 'already']);
  });

  it('sees, moves and calls off nobody else’s meeting', async () => {
    const tenant = await business();
    const meetingId = await bookOne(await customerOf(tenant));
    const ben = await customerOf(tenant);
    const [slot] = (await askForSlots(deps, ben)).told.slots ?? [];

    expect((await useTool(deps, ben, 'my_meetings', {})).told.meetings).toEqual([]);
    for (const [tool, given] of [
      ['cancel_meeting', { meetingId }],
      ['reschedule_meeting', { meetingId, slotId: slot?.slotId }],
    ] as const) {
      const refused = await useTool(deps, ben, tool, given);
      expect(refused.output).toContain('no such meeting');
      expect(refused.did).toBeUndefined();
    }
  });

  it('calls a meeting off once, and gives its time back', async () => {
    const tenant = await business({ hours: ['09:00', '10:00'], rules: { horizonDays: 1 } });
    const ana = await customerOf(tenant);
    const meetingId = await bookOne(ana);
    const ben = await customerOf(tenant);
    expect((await askForSlots(deps, ben)).told.slots).toBeUndefined();

    expect((await useTool(deps, ana, 'cancel_meeting', { meetingId })).did).toEqual(['cancelled']);
    expect((await useTool(deps, ana, 'cancel_meeting', { meetingId })).did).toEqual(['cancelled']);
    expect((await askForSlots(deps, ben)).told.slots).toHaveLength(1);
  });

  it('tells the lead of each, and has the conversation read at once', async () => {
    const ana = await customerOf(await business());
    const meetingId = await bookOne(ana);
    await useTool(deps, ana, 'cancel_meeting', { meetingId });

    const { rows } = await database.owner.query(
      `select details ->> 'what' as what from lead_events
        where conversation_id = $1 and kind = 'booking' order by created_at`,
      [ana.conversationId],
    );
    expect(rows.map(({ what }) => what)).toEqual(['booked', 'cancelled']);
    const conversation = await database.owner.query(
      'select extraction_is_urgent as urgent from conversations where conversation_id = $1',
      [ana.conversationId],
    );
    expect(conversation.rows).toEqual([{ urgent: true }]);
  });
});
