import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type StoredToken,
  standingNotices,
  storedToken,
  tokenIsDue,
} from '../support/account-tokens.ts';
import type { Tenant } from '../support/arrange.ts';
import { askApi } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { type InstagramStage, instagramStage } from '../support/instagram-stage.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let instagram: InstagramStage;
let workers: RapportProcess[];
let accounts = 0;
let askedBefore = 0;

beforeAll(async () => {
  stage = await openStage();
  instagram = instagramStage(stage);
  workers = [await stage.start('all'), await stage.start('worker')];
});
afterAll(() => stage.close());
beforeEach(() => {
  askedBefore = stage.simulators.counters.tokenRefreshesAsked;
});

const asked = (): number => stage.simulators.counters.tokenRefreshesAsked - askedBefore;

/** A tenant whose account was registered by hand: nobody knows how long its token lives. */
function tenantWith(tokenPrefix: string): Promise<Tenant> {
  accounts += 1;
  const accountId = `17847${process.pid}${String(accounts).padStart(4, '0')}`;
  return instagram.tenant({ accountId, accessToken: `${tokenPrefix}-${accountId}` });
}

/** Waits until nobody looks after the token any more, and it is as wanted. */
function untilToken(
  tenant: Tenant,
  what: string,
  isWanted: (stored: StoredToken) => boolean,
): Promise<StoredToken> {
  return eventually(what, async () => {
    const stored = await storedToken(stage.owner, tenant);
    return !stored.isHeld && isWanted(stored) && stored;
  });
}

const isLookedAfter = ({ lookInMinutes }: StoredToken): boolean =>
  lookInMinutes === null || lookInMinutes > 0.1;

describe('a token of Instagram’s login that is due', () => {
  it('is renewed by one of two processes, once, and known to live for 60 days', async () => {
    const tenant = await tenantWith('IG-of');
    const { accountId } = tenant;
    const late = { target: 'refresh', action: 'delay', delayMs: 900, accountId, times: 5 };
    stage.simulators.addFault('instagram', late);
    await tokenIsDue(stage.owner, tenant);

    const stored = await untilToken(tenant, 'it is renewed', ({ token }) =>
      token.startsWith('IGA'),
    );

    expect(asked()).toBe(1);
    expect(Math.round(stored.livesForDays ?? 0)).toBe(60);
    expect(stored.lookInMinutes).toBeGreaterThan(24 * 60 - 1);
    expect(stored.lookInMinutes).toBeLessThan(25 * 60 + 1);
    const shown = await askApi(stage, tenant, `phone-numbers/${tenant.phoneNumberId}`);
    expect(shown).toMatchObject({ health: 'ok', tokenExpiresAt: expect.any(String) });
    await instagram.write(tenant, instagram.customer(), 'with the new token');
    await instagram.expectSettled(tenant);
  });

  // Seen failing with `access_token = $3` taken out of recordLook.
  it('is not put in the place of one that a person sets meanwhile', async () => {
    const tenant = await tenantWith('IG-of');
    const { accountId, phoneNumberId } = tenant;
    const late = { target: 'refresh', action: 'delay', delayMs: 1_200, accountId };
    stage.simulators.addFault('instagram', late);
    await tokenIsDue(stage.owner, tenant);
    await eventually('it is being renewed', () => asked() === 1);

    const accessToken = `IG-set-by-hand-${accountId}`;
    const change = { method: 'PATCH', body: { accessToken } } as const;
    await askApi(stage, tenant, `phone-numbers/${phoneNumberId}`, change);
    await eventually('the look is over', () =>
      workers.some((one) => one.output().includes('"isRecorded":false')),
    );

    const stored = await storedToken(stage.owner, tenant);
    expect(stored).toMatchObject({ token: accessToken, livesForDays: null });
    expect(stored.lookInMinutes).toBeLessThan(6);
  });

  it('stays as it is where it is too young to be renewed, and is looked after tomorrow', async () => {
    const tenant = await tenantWith('young-token');
    await tokenIsDue(stage.owner, tenant);

    const stored = await untilToken(tenant, 'it was looked after', isLookedAfter);

    expect(stored).toMatchObject({ health: 'ok', livesForDays: null, attempts: 0 });
    expect(stored.token).toMatch(/^young-token/);
    expect(stored.lookInMinutes).toBeGreaterThan(24 * 60 - 1);
  });

  it.each([
    { action: 'error', code: 2 },
    { action: 'error', code: 4 },
    { action: 'error', code: 190, isTransient: true },
    { action: 'error', code: 1, httpStatus: 500 },
    { action: 'drop_before_send' },
    { action: 'hang' },
  ])('is tried again a little later, with nobody told, after what passes: %j', async (fault) => {
    const tenant = await tenantWith('IG-of');
    const { accountId } = tenant;
    stage.simulators.addFault('instagram', { target: 'refresh', accountId, ...fault });
    await tokenIsDue(stage.owner, tenant, { livesForDays: 30 });

    const failed = await untilToken(tenant, 'it failed', ({ attempts }) => attempts === 1);
    const told = await standingNotices(stage.owner, tenant);
    await tokenIsDue(stage.owner, tenant);
    const renewed = await untilToken(tenant, 'it is renewed', ({ attempts }) => attempts === 0);

    expect(failed.health).toBe('ok');
    expect(failed.lookInMinutes).toBeLessThan(2);
    expect(told).toEqual([]);
    expect(renewed.token).toMatch(/^IGA/);
  });

  it('is told of once when it fails to the last week, until it is renewed', async () => {
    const tenant = await tenantWith('IG-of');
    const { accountId } = tenant;
    const fault = { target: 'refresh', action: 'error', code: 2, accountId, times: 5 };
    stage.simulators.addFault('instagram', fault);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await tokenIsDue(stage.owner, tenant, { livesForDays: 6 });
      await untilToken(tenant, `attempt ${attempt}`, ({ attempts }) => attempts === attempt);
    }

    const told = await standingNotices(stage.owner, tenant);
    expect(told.map(({ kind }) => kind)).toEqual(['phone_number.token_at_risk']);
    expect(told[0]?.text).toContain('It ends in 5 days.');
    expect(await storedToken(stage.owner, tenant)).toMatchObject({ health: 'ok' });

    await tokenIsDue(stage.owner, tenant);
    await untilToken(tenant, 'it is renewed', ({ attempts }) => attempts === 0);
    expect(await standingNotices(stage.owner, tenant)).toEqual([]);
  });
});

describe('a token that was revoked', () => {
  // Seen failing with `tokenRefused` never called.
  it.each([
    ['IG-of', 460],
    ['IG-of', 463],
    ['IG-of', 467],
    ['EAA-page-of', 460],
  ])(
    'is found before a customer writes, and told once: %s, subcode %d',
    async (prefix, subcode) => {
      const tenant = await tenantWith(prefix);
      const { token } = await storedToken(stage.owner, tenant);
      stage.simulators.revokeInstagram(tenant.accountId, subcode);
      await tokenIsDue(stage.owner, tenant);
      const first = await untilToken(tenant, 'it is refused', ({ attempts }) => attempts === 1);

      await tokenIsDue(stage.owner, tenant);
      const second = await untilToken(
        tenant,
        'it is refused again',
        ({ attempts }) => attempts === 2,
      );

      expect([first.health, second.health]).toEqual(['ok', 'needs_attention']);
      expect(second.lookInMinutes).toBeNull();
      const told = await standingNotices(stage.owner, tenant);
      expect(told.map(({ kind }) => kind)).toEqual(['phone_number.needs_attention']);
      expect(told[0]?.text).toContain('code 190');
      expect(told[0]?.text).not.toContain(token);
      for (const one of workers) expect(one.output()).not.toContain(token);
    },
  );

  it('leaves customers to people', async () => {
    const tenant = await tenantWith('IG-of');
    stage.simulators.revokeInstagram(tenant.accountId);
    for (const attempt of [1, 2]) {
      await tokenIsDue(stage.owner, tenant);
      await untilToken(tenant, 'it is refused', ({ attempts }) => attempts === attempt);
    }

    await instagram.write(tenant, instagram.customer(), 'is anybody there');
    await eventually('people have the conversation', async () => {
      const { rows } = await stage.owner.query(
        `select from conversations where user_id = $1 and handled_by = 'human'
            and handover_reason = 'channel_needs_attention'`,
        [tenant.userId],
      );
      return rows.length === 1;
    });
    expect(instagram.reached(tenant)).toEqual([]);
  });

  it('is not taken for revoked when the refusal is not said again', async () => {
    const tenant = await tenantWith('EAA-page-of');
    const fault = { target: 'access', action: 'error', code: 190, subcode: 460 };
    stage.simulators.addFault('instagram', fault);
    await tokenIsDue(stage.owner, tenant);
    await untilToken(tenant, 'it is refused', ({ attempts }) => attempts === 1);

    await tokenIsDue(stage.owner, tenant);
    const stored = await untilToken(tenant, 'it is good', ({ attempts }) => attempts === 0);

    expect(stored.health).toBe('ok');
    expect(await standingNotices(stage.owner, tenant)).toEqual([]);
  });

  it('is found on WhatsApp, too', async () => {
    const tenant = await stage.tenant({ accessToken: 'expired-token' });
    for (const attempt of [1, 2]) {
      await tokenIsDue(stage.owner, tenant);
      await untilToken(tenant, 'it is refused', ({ attempts }) => attempts === attempt);
    }

    expect((await storedToken(stage.owner, tenant)).health).toBe('needs_attention');
  });
});

describe('a process killed with -9 after Instagram renewed a token and before it is stored', () => {
  it('loses nothing: the old one is used on, and the next look renews it', async () => {
    await Promise.all(workers.map((one) => one.kill()));
    const tenant = await tenantWith('IG-of');
    const { accountId } = tenant;
    const given = { target: 'refresh', action: 'hang_after_send', accountId };
    stage.simulators.addFault('instagram', given);
    const dying = await stage.start('all', { SEND_SETTLE_MS: '60000' });
    const renewedBefore = stage.simulators.counters.tokenRefreshes;
    await tokenIsDue(stage.owner, tenant);
    await eventually(
      'Instagram has renewed it',
      () => stage.simulators.counters.tokenRefreshes === renewedBefore + 1,
    );
    await dying.kill();
    expect(await storedToken(stage.owner, tenant)).toMatchObject({ isHeld: true });

    await stage.start('all');
    await instagram.write(tenant, instagram.customer(), 'with the old token');
    await instagram.expectSettled(tenant);
    expect((await storedToken(stage.owner, tenant)).token).toBe(`IG-of-${accountId}`);

    // The lease of the dead ends.
    await tokenIsDue(stage.owner, tenant);
    await untilToken(tenant, 'it is renewed', ({ token }) => token.startsWith('IGA'));
  }, 90_000);
});
