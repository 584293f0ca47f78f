import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readLeadSettings } from '../../src/leads/lead-settings.ts';
import { leadSettingsRoutes } from '../../src/leads/lead-settings-routes.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { type Client, clientOf, keyOf, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  const routes = leadSettingsRoutes({ app: database.pool('rapport_app') });
  const app = serveRoutes(database.pool('rapport_admin'), routes);
  client = clientOf(app, await keyOf(database.owner, tenant.userId));
});
afterAll(() => database.drop());

const defaults = {
  weights: { intent: 1, urgency: 1, budget: 1, fit: 1, engagement: 1 },
  thresholds: { hotFrom: 12, warmFrom: 8 },
  idealCustomer: '',
  model: null,
};

describe('GET /lead-settings', () => {
  it('answers the defaults to one who never said anything', async () => {
    const { body } = await client.get('/lead-settings').expect(200);

    expect(body).toEqual(defaults);
  });

  it('takes what is stored and makes no sense any more as not set', async () => {
    await database.owner.query(
      `update users set settings = '{"leads": {"weights": {"colour": 7}}, "other": 1}' where user_id = $1`,
      [tenant.userId],
    );

    const read = await asTenant(database.pool('rapport_app'), tenant.userId, (tx) =>
      readLeadSettings(tx, tenant.userId),
    );

    expect(read).toEqual(defaults);
  });
});

describe('PATCH /lead-settings', () => {
  it('changes what is given, one value at a time, and leaves other settings alone', async () => {
    await database.owner.query(`update users set settings = '{"other": 1}' where user_id = $1`, [
      tenant.userId,
    ]);

    await client
      .patch('/lead-settings')
      .send({ weights: { budget: 2.5 } })
      .expect(200);
    await client
      .patch('/lead-settings')
      .send({ weights: { fit: 3 }, model: 'm' })
      .expect(200);
    const { body } = await client.patch('/lead-settings').send({ thresholds: { hotFrom: 13 } });

    expect(body).toEqual({
      ...defaults,
      weights: { ...defaults.weights, budget: 2.5, fit: 3 },
      thresholds: { hotFrom: 13, warmFrom: 8 },
      model: 'm',
    });
    const { rows } = await database.owner.query('select settings from users where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows[0].settings.other).toBe(1);
  });

  it('brings a default back for null', async () => {
    await client.patch('/lead-settings').send({ weights: { fit: 3 }, idealCustomer: 'Cafés' });

    const { body } = await client
      .patch('/lead-settings')
      .send({ weights: null, idealCustomer: null });

    expect(body).toEqual(defaults);
  });

  it.each([
    [{ weights: { intent: 0 } }, 'weights.intent'],
    [{ weights: { intent: -1 } }, 'weights.intent'],
    [{ weights: { charm: 1 } }, 'weights.charm'],
    [{ thresholds: { hotFrom: 16 } }, 'thresholds.hotFrom'],
    [{ thresholds: { warmFrom: 4 } }, 'thresholds.warmFrom'],
    [{ thresholds: { warmFrom: 12 } }, 'thresholds.warmFrom'],
    [{ thresholds: { hotFrom: 8 } }, 'thresholds.warmFrom'],
    [{ model: '' }, 'model'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j and changes nothing', async (change, field) => {
    const { status, body } = await client.patch('/lead-settings').send(change);

    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect((await client.get('/lead-settings')).body).toEqual(defaults);
  });

  // Seen failing with `for update` taken out of changeLeadSettings: the later of two overwrote the earlier.
  it('keeps all of several changes that come at once', async () => {
    const names = ['intent', 'urgency', 'budget', 'fit', 'engagement'];

    await Promise.all(
      names.map((name) => client.patch('/lead-settings').send({ weights: { [name]: 7 } })),
    );

    const { body } = await client.get('/lead-settings');
    expect(body.weights).toEqual(Object.fromEntries(names.map((name) => [name, 7])));
  });
});
