import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Tenant } from '../support/arrange.ts';
import { askApi } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { type InstagramStage, instagramStage } from '../support/instagram-stage.ts';
import { type Decision, oauthBrowser, type Visited } from '../support/oauth-browser.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { testVault } from '../support/test-vault.ts';

let stage: Stage;
let instagram: InstagramStage;
let rapport: RapportProcess;
let accounts = 0;

beforeAll(async () => {
  stage = await openStage();
  instagram = instagramStage(stage);
  rapport = await stage.start('all');
});
afterAll(() => stage.close());

const StartUrl = z.object({ startUrl: z.string() });

async function linkFor(tenant: Tenant, body: object = {}): Promise<string> {
  const answer = await askApi(stage, tenant, 'instagram/connect', { method: 'POST', body });
  return StartUrl.parse(answer).startUrl;
}

function newAccount(): string {
  accounts += 1;
  return `17849${process.pid}${String(accounts).padStart(4, '0')}`;
}

/** A tenant asks for a link, and a person goes through the whole dance in a browser. */
async function connect(tenant: Tenant, decision: Decision, body: object = {}): Promise<Visited> {
  return oauthBrowser().connect(await linkFor(tenant, body), decision);
}

type StoredAccount = {
  id: string;
  userId: string;
  token: string;
  health: string;
  name: string;
  days: number | null;
};

async function storedAccount(accountId: string): Promise<StoredAccount | undefined> {
  const { rows } = await stage.owner.query(
    `select id, user_id as "userId", access_token as token, health, display_name as name,
            (extract(epoch from token_expires_at - now()) / 86400)::float8 as days
       from phone_numbers where platform = 'instagram' and meta_phone_number_id = $1`,
    [accountId],
  );
  const row: StoredAccount | undefined = rows[0];
  return row === undefined ? undefined : { ...row, token: testVault.decrypt(row.token, row.id) };
}

describe('connecting an account by Instagram’s login', () => {
  it('stores a token of 60 days, subscribes the app, and says for which business', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId] });

    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining('Instagram is connected'),
    ]);
    expect(page.text).toContain(`@shop_${accountId.slice(-4)} is connected to Example.`);
    const stored = await storedAccount(accountId);
    expect(stored).toMatchObject({ userId: tenant.userId, health: 'ok' });
    expect(stored?.token).toMatch(/^IGA/);
    expect(Math.round(stored?.days ?? 0)).toBe(60);
    expect(stage.simulators.instagramSubscription(accountId)).toContain('messages');
  });

  it('leaves neither token, secret nor code in the log, and tells nobody the address', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId] });

    const stored = await storedAccount(accountId);
    const code = new URL(page.hops[0] ?? '').searchParams.get('code') ?? 'no code';
    for (const secret of [stored?.token ?? 'no token', code, 'an-instagram-secret-of-the-stage']) {
      expect(rapport.output()).not.toContain(secret);
      expect(page.text).not.toContain(secret);
    }
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('gives an account that the tenant has a new token and makes it well again', async () => {
    const accountId = newAccount();
    const tenant = await instagram.tenant({ accountId, accessToken: `IG-of-${accountId}` });
    stage.simulators.revokeInstagram(accountId);
    await instagram.write(tenant, instagram.customer(), 'while it was revoked');
    await eventually('the account needs attention', async () => {
      const stored = await storedAccount(accountId);
      return stored?.health === 'needs_attention';
    });

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId] });

    expect(page.text).toContain('is connected anew to Example.');
    expect(await storedAccount(accountId)).toMatchObject({ health: 'ok', userId: tenant.userId });
    const { rows } = await stage.owner.query(
      `select kind from notices where user_id = $1 and resolved_at is null`,
      [tenant.userId],
    );
    expect(rows).toEqual([]);
    await instagram.write(tenant, instagram.customer(), 'now that it is well');
    await eventually('the answer', () =>
      instagram.reached(tenant).some(({ text }) => text?.includes('now that it is well')),
    );
  });

  it('leaves an account with the business that has it', async () => {
    const accountId = newAccount();
    const owner = await instagram.tenant({ accountId, accessToken: `IG-of-${accountId}` });
    const other = await stage.tenant();

    const page = await connect(other, { decision: 'allow', accounts: [accountId] });

    expect([page.status, page.text]).toEqual([409, expect.stringContaining('another business')]);
    expect(await storedAccount(accountId)).toMatchObject({
      userId: owner.userId,
      token: `IG-of-${accountId}`,
    });
  });

  it('says so when the person does not allow it', async () => {
    const tenant = await stage.tenant();

    const page = await connect(tenant, { decision: 'deny' });

    expect([page.status, page.text]).toEqual([
      403,
      expect.stringContaining('You did not allow it'),
    ]);
  });

  it('names the permission that is missing', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();
    const scope = 'instagram_business_manage_messages';

    const page = await connect(tenant, {
      decision: 'allow',
      accounts: [accountId],
      withoutScopes: [scope],
    });

    expect([page.status, page.text]).toEqual([422, expect.stringContaining(scope)]);
    expect(await storedAccount(accountId)).toBeUndefined();
  });

  it('connects without what only comments need', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();
    const withoutScopes = ['instagram_business_manage_comments'];

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId], withoutScopes });

    expect(page.status).toBe(200);
  });

  it('says that the account does not open to its token', async () => {
    const tenant = await stage.tenant();

    const page = await connect(tenant, { decision: 'allow', accounts: ['no-access-1'] });

    expect([page.status, page.text]).toEqual([
      422,
      expect.stringContaining('Nothing was connected'),
    ]);
  });

  it('says that Instagram does not answer, and connects with the next link', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();
    stage.simulators.addFault('instagram', { target: 'exchange', action: 'error', code: 2 });

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId] });
    const again = await connect(tenant, { decision: 'allow', accounts: [accountId] });

    expect([page.status, page.text]).toEqual([503, expect.stringContaining('does not answer')]);
    expect(again.status).toBe(200);
  });

  it('says that messages do not come yet where subscribing failed', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();
    stage.simulators.addFault('instagram', { target: 'subscribe', action: 'error', code: 2 });

    const page = await connect(tenant, { decision: 'allow', accounts: [accountId] });

    expect(page.text).toContain('connect it once more');
    expect(await storedAccount(accountId)).toMatchObject({ health: 'ok' });
  });
});

describe('connecting by Facebook’s login', () => {
  it('connects every account of the Pages that were chosen, but those of others', async () => {
    const tenant = await stage.tenant();
    const [first, second, taken] = [newAccount(), newAccount(), newAccount()];
    await instagram.tenant({ accountId: taken, accessToken: `IG-of-${taken}` });

    const page = await connect(
      tenant,
      { decision: 'allow', accounts: [first, 'none', taken, second] },
      { login: 'facebook' },
    );

    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining('Instagram is connected in part'),
    ]);
    expect(page.text).toContain(`@shop_${taken.slice(-4)} belongs to another business`);
    for (const accountId of [first, second]) {
      const stored = await storedAccount(accountId);
      expect(stored).toMatchObject({ userId: tenant.userId, health: 'ok', days: null });
      expect(stored?.token).toMatch(/^EAA/);
      expect(stage.simulators.instagramSubscription(accountId)).toEqual(['feed']);
    }
  });

  // Seen failing with a TransientError of one account ending them all: the page said that nothing was connected.
  it('says of each account what became of it when Instagram stops answering between two', async () => {
    const tenant = await stage.tenant();
    const [first, second] = [newAccount(), newAccount()];
    stage.simulators.addFault('instagram', { target: 'access', action: 'error', code: 2 });

    const page = await connect(
      tenant,
      { decision: 'allow', accounts: [first, second] },
      { login: 'facebook' },
    );

    expect([page.status, page.text]).toEqual([200, expect.stringContaining('in part')]);
    expect(page.text).toContain(`@shop_${first.slice(-4)} was not connected`);
    expect(page.text).toContain(`@shop_${second.slice(-4)} is connected to Example.`);
    expect(await storedAccount(first)).toBeUndefined();
    expect(await storedAccount(second)).toMatchObject({ health: 'ok' });
  });

  it('says that no Page has an account on Instagram', async () => {
    const page = await connect(
      await stage.tenant(),
      { decision: 'allow', accounts: ['none'] },
      { login: 'facebook' },
    );

    expect([page.status, page.text]).toEqual([
      422,
      expect.stringContaining('None of the Facebook'),
    ]);
  });

  it('names the permission that is missing', async () => {
    const withoutScopes = ['pages_manage_metadata'];
    const page = await connect(
      await stage.tenant(),
      { decision: 'allow', accounts: [newAccount()], withoutScopes },
      { login: 'facebook' },
    );

    expect([page.status, page.text]).toEqual([
      422,
      expect.stringContaining('pages_manage_metadata'),
    ]);
  });
});

describe('a link to connect', () => {
  it('works once', async () => {
    const link = await linkFor(await stage.tenant());
    await oauthBrowser().visit(link);

    const again = await oauthBrowser().visit(link);

    expect([again.status, again.text]).toEqual([410, expect.stringContaining('does not work')]);
  });

  it('is not used up by who only looks ahead', async () => {
    const link = await linkFor(await stage.tenant());
    await fetch(link, { method: 'HEAD' });
    await fetch(link, { headers: { 'sec-purpose': 'prefetch' }, redirect: 'manual' });

    const page = await oauthBrowser().visit(link);

    expect(page.text).toContain('Simulated Instagram');
  });

  it('works for ten minutes', async () => {
    const link = await linkFor(await stage.tenant());
    await stage.owner.query(`update oauth_tickets set expires_at = now() where started_at is null`);

    expect((await oauthBrowser().visit(link)).status).toBe(410);
  });

  it.each(['', '?ticket=', '?ticket=made.up', `?ticket=${'a'.repeat(32)}.${'b'.repeat(43)}`])(
    'that nobody was given leads nowhere: %s',
    async (query) => {
      const url = new URL(`/oauth/instagram/start${query}`, stage.webhookUrl);

      expect((await oauthBrowser().visit(url.href)).status).toBe(410);
    },
  );
});

describe('what the provider sends back', () => {
  // Seen failing with `finished_at is null` taken out of endWithState.
  it('is taken once: the same address again connects nothing and asks Instagram nothing', async () => {
    const tenant = await stage.tenant();
    const browser = oauthBrowser();
    const back = await browser.decide(await linkFor(tenant), {
      decision: 'allow',
      accounts: [newAccount()],
    });

    const [first, second] = await Promise.all([browser.visit(back), browser.visit(back)]);
    const third = await browser.visit(back);

    expect([first.status, second.status].sort()).toEqual([200, 410]);
    expect(third.status).toBe(410);
  });

  // Seen failing with isSameBrowser taken for true.
  it('is refused in a browser that did not begin, and then in every other', async () => {
    const tenant = await stage.tenant();
    const accountId = newAccount();
    const browser = oauthBrowser();
    const back = await browser.decide(await linkFor(tenant), {
      decision: 'allow',
      accounts: [accountId],
    });

    const foreign = await oauthBrowser().visit(back);
    const own = await browser.visit(back);

    expect([foreign.status, own.status]).toEqual([403, 410]);
    expect(await storedAccount(accountId)).toBeUndefined();
  });

  it('is not taken with a ticket for a state, nor with a state that nobody was given', async () => {
    const link = await linkFor(await stage.tenant());
    const ticket = new URL(link).searchParams.get('ticket') ?? '';

    for (const state of [ticket, `${'a'.repeat(32)}.${'b'.repeat(43)}`, '']) {
      const url = new URL('/oauth/instagram/callback', stage.webhookUrl);
      url.searchParams.set('state', state);
      url.searchParams.set('code', 'a-code');
      expect((await oauthBrowser().visit(url.href)).status).toBe(410);
    }
  });

  it('connects the account to the tenant whose link it was, also when one browser began two', async () => {
    const [one, two] = [await stage.tenant(), await stage.tenant()];
    const [first, second] = [newAccount(), newAccount()];
    const browser = oauthBrowser();
    const allow = (account: string): Decision => ({ decision: 'allow', accounts: [account] });
    const backOfOne = await browser.decide(await linkFor(one), allow(first));
    const backOfTwo = await browser.decide(await linkFor(two), allow(second));

    await browser.visit(backOfTwo);
    await browser.visit(backOfOne);

    expect((await storedAccount(first))?.userId).toBe(one.userId);
    expect((await storedAccount(second))?.userId).toBe(two.userId);
  });

  it('leads back to a page of this installation, and to no other', async () => {
    const tenant = await stage.tenant();
    const own = new URL(
      '/docs',
      new URL(stage.webhookUrl).origin.replace('127.0.0.1', 'localhost'),
    );

    const page = await connect(
      tenant,
      { decision: 'allow', accounts: [newAccount()] },
      { returnUrl: own.href },
    );

    expect(page.url).toBe(`${own.href}?connected=instagram`);
    await expect(linkFor(tenant, { returnUrl: 'https://elsewhere.example/' })).rejects.toThrow(
      /answered 400.*returnUrl/,
    );
  });
});
