import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenLook } from '../../../src/channels/channel.ts';
import { lookAfterTokens } from '../../../src/channels/tokens/look-after-tokens.ts';
import { sweepTokens } from '../../../src/channels/tokens/sweep-tokens.ts';
import { sleep } from '../../../src/lib/clock.ts';
import { newId } from '../../../src/lib/ids.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { storedToken, tokenIsDue } from '../../support/account-tokens.ts';
import { arrangeTenant, type Tenant } from '../../support/arrange.ts';
import { scriptedChannel } from '../../support/scripted-channel.ts';
import { recordJobs } from '../../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testVault } from '../../support/test-vault.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const renewed: TokenLook = { token: 'renewed', accessToken: 'renewed', livesForMs: 86_400_000 };

/** One process's way to look after tokens; `looks` counts the calls to the provider. */
function openProcess(look: () => Promise<TokenLook>, hasAccessToken = true) {
  const looks: string[] = [];
  const scripted = scriptedChannel();
  const channel = {
    ...scripted,
    capabilities: { ...scripted.capabilities, hasAccessToken },
    lookAfterToken: ({ accessToken }: { accessToken: string }) => {
      looks.push(accessToken);
      return look();
    },
  };
  const deps = {
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    random: () => 0.5,
    channelFor: () => channel,
    tokenRefused: async () => {},
    publishLook: () => {},
    observeTokenLook: () => {},
    log: silentLog,
  };
  return { looks, lookAfter: (tenants: Tenant[]) => lookAfterTokens(deps, tenants) };
}

async function dueTenant(): Promise<Tenant> {
  const tenant = await arrangeTenant(database.owner);
  await tokenIsDue(database.owner, tenant);
  return tenant;
}

describe('lookAfterTokens', () => {
  // Seen failing with the lease taken out of claimToken's condition.
  it('asks the provider once for an account, however many processes are told of it at once', async () => {
    const tenant = await dueTenant();
    const late = () => sleep(400).then(() => renewed);
    const [one, two] = [openProcess(late), openProcess(late)];

    await Promise.all([one.lookAfter([tenant, tenant]), two.lookAfter([tenant])]);
    await two.lookAfter([tenant]);

    expect([...one.looks, ...two.looks]).toEqual(['token']);
    expect(await storedToken(database.owner, tenant)).toMatchObject({
      token: 'renewed',
      isHeld: false,
    });
  });

  it('takes up what a process left that died with it, once its lease is over', async () => {
    const tenant = await dueTenant();
    const dead = openProcess(() => new Promise(() => {}));
    dead.lookAfter([tenant]).catch(() => {});
    const next = openProcess(async () => renewed);
    while (!(await storedToken(database.owner, tenant)).isHeld) await next.lookAfter([]);

    await next.lookAfter([tenant]);
    await database.owner.query(
      `update phone_numbers set token_lease_until = now() - interval '1 second' where id = $1`,
      [tenant.phoneNumberId],
    );
    await next.lookAfter([tenant]);

    expect(next.looks).toEqual(['token']);
  });

  it('lets no account’s failure keep another from being looked after', async () => {
    const [failing, well] = [await dueTenant(), await dueTenant()];
    await database.owner.query('update phone_numbers set access_token = $2 where id = $1', [
      failing.phoneNumberId,
      testVault.encrypt('token', 'another-row'),
    ]);
    const process = openProcess(async () => renewed);

    await process.lookAfter([failing, well]);

    expect((await storedToken(database.owner, well)).token).toBe('renewed');
    const { rows } = await database.owner.query(
      'select health, token_attempts as attempts from phone_numbers where id = $1',
      [failing.phoneNumberId],
    );
    expect(rows).toEqual([{ health: 'ok', attempts: 1 }]);
  });

  it('never comes back to an account whose channel has no tokens', async () => {
    const tenant = await dueTenant();
    const process = openProcess(async () => renewed, false);

    await process.lookAfter([tenant]);

    expect(process.looks).toEqual([]);
    expect((await storedToken(database.owner, tenant)).lookInMinutes).toBeNull();
  });
});

describe('sweepTokens', () => {
  it('finds what is due and not held, and reads nothing else of an account', async () => {
    const [due, later] = [await dueTenant(), await arrangeTenant(database.owner)];
    const sweeper = database.pool('rapport_sweeper');
    const { enqueue, jobs } = recordJobs();

    await sweepTokens({ sweeper, enqueue });

    const found = JSON.stringify(jobs);
    expect(found).toContain(due.phoneNumberId);
    expect(found).not.toContain(later.phoneNumberId);
    await expect(sweeper.query('select access_token from phone_numbers')).rejects.toThrow(
      'permission denied',
    );
  });
});
