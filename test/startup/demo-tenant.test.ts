import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseAgentSettings } from '../../src/accounts/agent-settings.ts';
import { readPeople } from '../../src/availability/bookable-people.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { defaultRules } from '../../src/notifications/targets/rules.ts';
import { listTargets } from '../../src/notifications/targets/targets.ts';
import { type DemoDeps, ensureDemoTenant } from '../../src/startup/demo-tenant.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let deps: DemoDeps;

beforeEach(async () => {
  database = await createTestDatabase();
  deps = {
    admin: database.pool('rapport_admin'),
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    model: 'a-model',
    isMailSimulated: true,
  };
});
afterEach(() => database.drop());

async function demoUser(given: Partial<DemoDeps> = {}): Promise<string> {
  const demo = await ensureDemoTenant({ ...deps, ...given });
  if (demo === undefined) throw new Error('there is no demo tenant');
  return demo.userId;
}

const targetsOf = (userId: string) =>
  asTenant(deps.app, userId, (tx) => listTargets(tx, userId, { limit: 10, before: undefined }));

describe('ensureDemoTenant', () => {
  it('gives its agent pages to offer, and says when', async () => {
    const userId = await demoUser();

    const { rows } = await database.owner.query(
      `select a.settings, v.instructions from agents a
         join prompt_versions v on v.prompt_id = a.prompt_id
        where a.user_id = $1`,
      [userId],
    );
    const { links, linkLabels } = parseAgentSettings(rows[0].settings);
    expect(rows).toHaveLength(3);
    expect(Object.keys(links ?? {})).toEqual(['pricing', 'demo', 'website']);
    expect(
      Object.values(links ?? {}).every((url) => url?.startsWith('https://casaverde.example/')),
    ).toBe(true);
    expect(Object.keys(linkLabels ?? {})).toEqual(Object.keys(links ?? {}));
    for (const purpose of Object.keys(links ?? {})) {
      expect(rows[0].instructions).toContain(`the ${purpose} link`);
    }
  });

  // Seen failing with `not exists` taken out of addMissingProfiles: what was changed is then as it was.
  it('can be met by all its agents and two people, and leaves what somebody changed', async () => {
    const userId = await demoUser();
    await database.owner.query(`update business_profiles set business_name = 'Other'`);
    await database.owner.query(`update bookable_people set name = 'Somebody'`);

    await demoUser();

    const app = deps.app;
    const people = await asTenant(app, userId, (tx) => readPeople(tx, userId));
    const profiles = await database.owner.query(
      'select business_name, services from business_profiles where user_id = $1',
      [userId],
    );
    expect(people.map(({ name }) => name)).toEqual(['Somebody', 'Somebody']);
    expect(profiles.rows).toHaveLength(3);
    expect(profiles.rows[0]).toMatchObject({
      business_name: 'Other',
      services: [{ name: 'Workshop visit' }, { name: 'Furniture consultation' }],
    });
  });

  it('tells its sales team by mail, and is the same tenant at the next start', async () => {
    const userId = await demoUser();

    expect(await demoUser()).toBe(userId);
    expect(await targetsOf(userId)).toMatchObject([
      { kind: 'email', address: 'sales@casaverde.example', rules: defaultRules, isActive: true },
    ]);
  });

  // Seen failing with the call of createTarget only for a new tenant.
  it('gives an older demo tenant the target that it never had', async () => {
    const userId = await demoUser({ isMailSimulated: false });
    const before = await targetsOf(userId);

    await demoUser();

    expect(before).toEqual([]);
    expect(await targetsOf(userId)).toHaveLength(1);
  });

  // Seen failing with `deleted_at is null` in hadTarget.
  it('does not bring back a target that somebody removed after it was told of something', async () => {
    const userId = await demoUser();
    await database.owner.query(
      `update notification_targets set deleted_at = now(), is_active = false, address = ''`,
    );

    await demoUser();

    expect(await targetsOf(userId)).toEqual([]);
  });

  // Seen failing with `for no key update` taken out.
  it('is one, whole, when many processes start at once', async () => {
    const demos = await Promise.all(Array.from({ length: 5 }, () => demoUser()));

    expect(new Set(demos).size).toBe(1);
    const { rows } = await database.owner.query(
      `select (select count(*)::int from users) as users,
              (select count(*)::int from phone_numbers) as numbers,
              (select count(*)::int from agents) as agents,
              (select count(*)::int from api_keys) as keys,
              (select count(*)::int from notification_targets) as targets,
              (select remaining_credits::int from credits) as credits`,
    );
    expect(rows).toEqual([{ users: 1, numbers: 3, agents: 3, keys: 1, targets: 1, credits: 1000 }]);
  });

  it('is not made where there are tenants already', async () => {
    await arrangeTenant(database.owner);

    expect(await ensureDemoTenant(deps)).toBeUndefined();
  });
});
