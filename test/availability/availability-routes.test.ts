import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensurePerson } from '../../src/availability/bookable-people.ts';
import { readProfile } from '../../src/availability/business-profiles.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { type Client, clientOf, keyOf } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;
let tenant: Tenant;
let client: Client;
let path: string;

beforeAll(async () => {
  api = await createTestApp();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await arrangeTenant(api.database.owner);
  client = clientOf(api.app, await keyOf(api.database.owner, tenant.userId));
  path = `/api/v1/agents/${tenant.agentId}/business-profile`;
});

const people = '/api/v1/bookable-people';
const first = {
  businessName: 'Casa Verde',
  businessTimezone: 'Europe/Lisbon',
  operatingSchedule: { hours: { mon: [{ from: '09:00', to: '18:00' }] } },
};
const fieldsOf = (body: { errors: { field: string }[] }) =>
  body.errors.map(({ field }) => field).sort();

describe('PATCH /agents/:agentId/business-profile', () => {
  it('makes a profile with the usual rules, and a first person named like the business', async () => {
    await client.get(path).expect(404);

    const made = await client.patch(path).send(first).expect(200);

    expect(made.body).toEqual({
      ...first,
      agentId: tenant.agentId,
      businessPhone: null,
      typeOfBusiness: null,
      businessSummary: null,
      additionalContext: null,
      defaultAppointmentLength: 60,
      bookingRules: {
        stepMinutes: 30,
        bufferBeforeMinutes: 0,
        bufferAfterMinutes: 0,
        minNoticeMinutes: 60,
        horizonDays: 60,
        holdMinutes: 5,
        offerAtMost: 3,
      },
      services: [],
      takesBookings: true,
    });
    expect((await client.get(path).expect(200)).body).toEqual(made.body);
    const listed = await client.get(people).expect(200);
    expect(listed.body).toMatchObject({ data: [{ name: 'Casa Verde', isActive: true }] });
  });

  it('changes what is given, takes texts away by null, and adds no second person', async () => {
    await client.patch(path).send(first).expect(200);

    const services = [{ name: 'Visit', durationMinutes: 30 }];
    const changed = await client.patch(path).send({ services, businessName: null }).expect(200);

    expect(changed.body).toMatchObject({ ...first, services, businessName: null });
    expect((await client.get(people)).body.data).toHaveLength(1);
  });

  it('makes one profile when it is made several times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.patch(path).send(first)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await client.get(people)).body.data).toHaveLength(1);
  });

  it('adds nobody for a business that takes no bookings', async () => {
    await client
      .patch(path)
      .send({ ...first, takesBookings: false })
      .expect(200);

    expect((await client.get(people)).body.data).toEqual([]);
  });

  it('names everything that is missing or wrong', async () => {
    const missing = await client.patch(path).send({ businessName: 'x' }).expect(400);
    const wrong = await client
      .patch(path)
      .send({
        ...first,
        businessTimezone: 'Lisbon',
        mood: 'happy',
        bookingRules: { holdMinutes: 0, offerAtMost: 11 },
        services: [{ name: 'a' }, { name: 'A ' }],
        operatingSchedule: { hours: { mon: [{ from: '18:00', to: '09:00' }] } },
      })
      .expect(400);

    expect(fieldsOf(missing.body)).toEqual(['businessTimezone', 'operatingSchedule']);
    expect(fieldsOf(wrong.body)).toEqual([
      'bookingRules.holdMinutes',
      'bookingRules.offerAtMost',
      'businessTimezone',
      'mood',
      'operatingSchedule.hours.mon.0',
      'services',
    ]);
  });

  it('knows no agent of another tenant', async () => {
    const other = await arrangeTenant(api.database.owner);
    const stranger = clientOf(api.app, await keyOf(api.database.owner, other.userId));
    await client.patch(path).send(first).expect(200);

    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.patch(path).send(first)).body.code).toBe('agent.not_found');
  });
});

describe('readProfile', () => {
  it('reads hours that do not parse as closed, rules as the usual ones, and leaves such services out', async () => {
    await client.patch(path).send(first).expect(200);
    await api.database.owner.query(
      `update business_profiles
          set operating_schedule = '{"hours": 9}', booking_rules = '{"stepMinutes": "x"}',
              services = '[{"name": "Visit"}, {"nom": "x"}]'
        where agent_id = $1`,
      [tenant.agentId],
    );

    const app = api.database.pool('rapport_app');
    const profile = await asTenant(app, tenant.userId, (tx) => readProfile(tx, tenant));

    expect(profile).toMatchObject({
      operatingSchedule: { hours: {} },
      bookingRules: { stepMinutes: 30 },
      services: [{ name: 'Visit' }],
    });
  });
});

describe('ensurePerson', () => {
  // Seen failing with the tenant's row not locked.
  it('adds one person only, also when profiles of several agents are made at once', async () => {
    const app = api.database.pool('rapport_app');
    const given = { userId: tenant.userId, name: 'Casa Verde' };

    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() =>
        asTenant(app, tenant.userId, (tx) => ensurePerson(tx, { newId }, given)),
      ),
    );

    expect((await client.get(people)).body.data).toHaveLength(1);
  });
});

describe('bookable people', () => {
  const rita = {
    name: 'Rita',
    email: 'rita@example.com',
    schedule: { timeZone: 'Europe/Madrid', hours: { tue: [{ from: '10:00', to: '12:00' }] } },
    services: ['Visit'],
    maxPerDay: 3,
    calendarId: 'primary',
    checkCalendarIds: ['primary', 'other'],
  };

  it('are added, listed page by page, and changed field by field', async () => {
    const made = await client.post(people).send(rita).expect(201);
    await client.post(people).send({ name: 'Tomás' }).expect(201);
    const one = `${people}/${made.body.personId}`;

    expect(made.body).toEqual({
      ...rita,
      personId: expect.stringMatching(/^per_/),
      isActive: true,
    });
    const page = await client.get(`${people}?limit=1`).expect(200);
    const next = await client.get(`${people}?limit=1&cursor=${page.body.nextCursor}`);
    expect(page.body.data).toEqual([made.body]);
    expect(next.body).toMatchObject({ data: [{ name: 'Tomás' }], nextCursor: null });
    const changed = await client.patch(one).send({ schedule: null, maxPerDay: 5 }).expect(200);
    expect(changed.body).toEqual({ ...made.body, schedule: null, maxPerDay: 5 });
    const refused = await client.patch(one).send({ email: 'x', boss: true }).expect(400);
    expect(fieldsOf(refused.body)).toEqual(['boss', 'email']);
  });

  it('are removed, and only made inactive once somebody was to meet them', async () => {
    const gone = await client.post(people).send(rita);
    const met = await client.post(people).send({ name: 'Tomás' });
    await arrangeMeetingOf(met.body.personId);

    await client.delete(`${people}/${gone.body.personId}`).expect(204);
    await client.delete(`${people}/${met.body.personId}`).expect(204);

    expect((await client.get(people)).body.data).toEqual([{ ...met.body, isActive: false }]);
    await client.delete(`${people}/${gone.body.personId}`).expect(404);
  });

  it('of another tenant are nobody', async () => {
    const other = await arrangeTenant(api.database.owner);
    const stranger = clientOf(api.app, await keyOf(api.database.owner, other.userId));
    const { body } = await client.post(people).send(rita);

    const answers = [
      await stranger.patch(`${people}/${body.personId}`).send({ name: 'x' }),
      await stranger.delete(`${people}/${body.personId}`),
    ];

    expect(answers.map((answer) => answer.body.code)).toEqual([
      'person.not_found',
      'person.not_found',
    ]);
    expect((await stranger.get(people)).body.data).toEqual([]);
  });
});

async function arrangeMeetingOf(personId: string): Promise<void> {
  const { owner } = api.database;
  const contactId = newId('con');
  const conversationId = newId('cnv');
  await owner.query('insert into contacts (contact_id, user_id) values ($1, $2)', [
    contactId,
    tenant.userId,
  ]);
  await owner.query(
    `insert into conversations (conversation_id, user_id, contact_id, agent_id, customer_phone)
     values ($1, $2, $3, $4, 'x')`,
    [conversationId, tenant.userId, contactId, tenant.agentId],
  );
  await owner.query(
    `insert into meetings (meeting_id, user_id, conversation_id, contact_id, agent_id, person_id,
                           title, meeting_time, blocked_until, timezone, status)
     values ($1, $2, $3, $4, $5, $6, 'Visit', now(), now() + interval '1 hour', 'UTC', 'cancelled')`,
    [newId('mtg'), tenant.userId, conversationId, contactId, tenant.agentId, personId],
  );
}
