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

const statusesOf = async (booker: Booker): Promise<string[]> => {
  const { rows } = await database.owner.query(
    'select status from meetings where conversation_id = $1 order by meeting_time',
    [booker.conversationId],
  );
  return rows.map(({ status }) => status);
};

describe('find_slots', () => {
  it('holds what it offers for this customer, and offers it to nobody else meanwhile', async () => {
    const tenant = await business({ hours: ['09:00', '12:00'], rules: { horizonDays: 2 } });
    const ana = await customerOf(tenant);
    const ben = await customerOf(tenant);

    const first = await askForSlots(deps, ana);
    const second = await askForSlots(deps, ben);

    expect(first.told.slots).toHaveLength(3);
    const offered = [...(first.told.slots ?? []), ...(second.told.slots ?? [])];
    expect(new Set(offered.map(({ says }) => says)).size).toBe(offered.length);
    expect(await statusesOf(ana)).toEqual(['held', 'held', 'held']);
    expect(first.did).toBeUndefined();
  });

  it('says that others are deciding when all that is left is held, and lets it go after the minutes', async () => {
    const tenant = await business({ hours: ['09:00', '10:00'], rules: { horizonDays: 1 } });
    const ana = await customerOf(tenant);
    const ben = await customerOf(tenant);
    await askForSlots(deps, ana);

    expect((await askForSlots(deps, ben)).output).toContain('held for other customers');
    const later = bookingTestDeps(deps.app, { now: () => new Date(Date.now() + 6 * 60_000) });
    expect((await askForSlots(later, ben)).told.slots).toHaveLength(1);
  });

  it('asks which service is meant where there are several, and offers its length', async () => {
    const services = [
      { name: 'Visit', durationMinutes: 30 },
      { name: 'Consultation', durationMinutes: 120 },
    ];
    const ana = await customerOf(await business({ services }));

    expect((await askForSlots(deps, ana)).output).toContain('Visit; Consultation');
    const [slot] = (await askForSlots(deps, ana, { service: 'consultation' })).told.slots ?? [];
    const { rows } = await database.owner.query(
      'select duration_minutes, service, title from meetings where meeting_id = $1',
      [slot?.slotId],
    );
    expect(rows).toEqual([
      { duration_minutes: 120, service: 'Consultation', title: 'Consultation' },
    ]);
  });
});

describe('book_meeting', () => {
  it('books a slot that was offered, and answers the same meeting when asked again', async () => {
    const ana = await customerOf(await business());
    const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];

    const first = await bookSlot(deps, ana, slot?.slotId ?? '');
    const again = await bookSlot(deps, ana, slot?.slotId ?? '');

    expect(first).toMatchObject({ did: ['booked'], told: { booked: { says: slot?.says } } });
    expect(again.told.booked).toEqual(first.told.booked);
    expect((await statusesOf(ana)).sort()).toEqual(['lapsed', 'lapsed', 'scheduled']);
  });

  // Seen failing with the conversation taken out of findMeeting.
  it('books no slot that another customer was offered, of this tenant or another', async () => {
    const tenant = await business();
    const ana = await customerOf(tenant);
    const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];

    for (const stranger of [await customerOf(tenant), await customerOf(await business())]) {
      const booked = await bookSlot(deps, stranger, slot?.slotId ?? '');
      expect(booked.output).toContain('was not offered in this conversation');
      expect(booked.did).toBeUndefined();
    }
    expect(await statusesOf(ana)).toEqual(['held', 'held', 'held']);
  });

  it('books an offer whose hold is over while it is free, and not when somebody has it', async () => {
    const tenant = await business({ hours: ['09:00', '10:00'], rules: { horizonDays: 1 } });
    const ana = await customerOf(tenant);
    const ben = await customerOf(tenant);
    const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];
    await database.owner.query(
      `update meetings set held_until = now() - interval '1 minute' where meeting_id = $1`,
      [slot?.slotId],
    );
    const [same] = (await askForSlots(deps, ben)).told.slots ?? [];
    expect(same?.says).toBe(slot?.says);

    expect((await bookSlot(deps, ana, slot?.slotId ?? '')).output).toContain('Somebody else');
    expect((await bookSlot(deps, ben, same?.slotId ?? '')).did).toEqual(['booked']);
  });

  // Seen failing with the constraint `meetings_no_double` dropped and the tenant's lock taken out.
  it('gives 60 customers who race for 10 slots 10 meetings, none of them twice', async () => {
    const rules = { horizonDays: 2, offerAtMost: 1, stepMinutes: 60 };
    const tenant = await business({ hours: ['09:00', '14:00'], rules, people: ['Rita', 'Rui'] });
    const customers = await Promise.all(Array.from({ length: 60 }, () => customerOf(tenant)));

    const results = await Promise.all(
      customers.map(async (customer) => {
        const [slot] = (await askForSlots(deps, customer)).told.slots ?? [];
        if (slot === undefined) return 'none';
        return (await bookSlot(deps, customer, slot.slotId)).did?.[0] ?? 'lost';
      }),
    );

    const { rows } = await database.owner.query(
      `select person_id, meeting_time from meetings where user_id = $1 and status = 'scheduled'`,
      [tenant.userId],
    );
    const places = new Set(rows.map((row) => `${row.person_id} ${row.meeting_time.getTime()}`));
    expect(places.size).toBe(rows.length);
    expect(results.filter((one) => one === 'booked')).toHaveLength(rows.length);
    expect(results).not.toContain('lost');
    expect(rows.length).toBeGreaterThanOrEqual(10);
  });
});

describe('a slot that was offered', () => {
  const lapse = (slotId: string) =>
    database.owner.query(
      `update meetings set held_until = now() - interval '1 minute' where meeting_id = $1`,
      [slotId],
    );

  it('is looked at once more: the business may be closed then by now', async () => {
    const tenant = await business();
    const ana = await customerOf(tenant);
    const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];
    await database.owner.query(
      `update business_profiles set operating_schedule = '{"hours": {}}' where user_id = $1`,
      [tenant.userId],
    );

    expect((await bookSlot(deps, ana, slot?.slotId ?? '')).output).toContain('another');
  });

  // Seen failing with minNoticeMinutes left as it is while the slot is held.
  it('may be booked at shorter notice while it is held, and not after', async () => {
    const tenant = await business({ hours: ['00:00', '24:00'], rules: { horizonDays: 1 } });
    const ana = await customerOf(tenant);
    const ben = await customerOf(tenant);
    const [held] = (await askForSlots(deps, ana)).told.slots ?? [];
    const [lapsed] = (await askForSlots(deps, ben)).told.slots ?? [];
    await database.owner.query(
      `update business_profiles set booking_rules = booking_rules || '{"minNoticeMinutes": 2880}'
        where user_id = $1`,
      [tenant.userId],
    );
    await lapse(lapsed?.slotId ?? '');

    expect((await bookSlot(deps, ana, held?.slotId ?? '')).did).toEqual(['booked']);
    expect((await bookSlot(deps, ben, lapsed?.slotId ?? '')).did).toBeUndefined();
  });

  it('is no slot for a meeting of another service', async () => {
    const services = [{ name: 'Visit', durationMinutes: 30 }, { name: 'Talk' }];
    const ana = await customerOf(await business({ services }));
    const [talk] = (await askForSlots(deps, ana, { service: 'Talk' })).told.slots ?? [];
    await bookSlot(deps, ana, talk?.slotId ?? '');
    const [visit] = (await askForSlots(deps, ana, { service: 'Visit' })).told.slots ?? [];

    const moved = await useTool(deps, ana, 'reschedule_meeting', {
      meetingId: talk?.slotId,
      slotId: visit?.slotId,
    });

    expect(moved.output).toContain('was not offered for this meeting');
  });

  it('is not booked by one who has five meetings to come', async () => {
    const ana = await customerOf(await business({ rules: { offerAtMost: 1 } }));
    const book = async () => {
      const [slot] = (await askForSlots(deps, ana)).told.slots ?? [];
      return (await bookSlot(deps, ana, slot?.slotId ?? '')).did;
    };
    for (let count = 0; count < 5; count += 1) expect(await book()).toEqual(['booked']);

    expect(await book()).toBeUndefined();
  });
});
