import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Tenant } from '../support/arrange.ts';
import { askApi } from '../support/ask-api.ts';
import { type Decision, oauthBrowser, type Visited } from '../support/oauth-browser.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { testVault } from '../support/test-vault.ts';

let stage: Stage;
let rapport: RapportProcess;
let accounts = 0;

beforeAll(async () => {
  stage = await openStage();
  rapport = await stage.start('server');
});
afterAll(() => stage.close());

const StartUrl = z.object({ startUrl: z.string() });
const path = 'google-calendar';
const holidays = 'en.holidays#holiday@group.v.calendar.google.com';

async function linkFor(tenant: Tenant): Promise<string> {
  const answer = await askApi(stage, tenant, `${path}/connect`, { method: 'POST', body: {} });
  return StartUrl.parse(answer).startUrl;
}

function newAccount(): string {
  accounts += 1;
  return `owner-${process.pid}-${accounts}@casaverde.example`;
}

async function connect(tenant: Tenant, decision: Decision): Promise<Visited> {
  return oauthBrowser().connect(await linkFor(tenant), decision);
}

async function connected(): Promise<{ tenant: Tenant; email: string }> {
  const [tenant, email] = [await stage.tenant(), newAccount()];
  const page = await connect(tenant, { decision: 'allow', accounts: [email] });
  expect([page.status, page.text]).toEqual([200, expect.stringContaining(email)]);
  return { tenant, email };
}

async function disconnect(tenant: Tenant): Promise<number> {
  const url = new URL(`/api/v1/${path}?userId=${tenant.userId}`, stage.webhookUrl);
  const headers = { authorization: 'Bearer an-admin-key-of-tests' };
  return (await fetch(url, { method: 'DELETE', headers })).status;
}

async function tokensOf({ userId }: Tenant): Promise<string[]> {
  const { rows } = await stage.owner.query(
    'select access_token as access, refresh_token as refresh from google_calendar_tokens where user_id = $1',
    [userId],
  );
  return rows.flatMap(({ access, refresh }) =>
    [access, refresh].map((one) => testVault.decrypt(one, userId)),
  );
}

/** A channel as a worker would have opened it. */
async function arrangeChannel({ userId }: Tenant): Promise<void> {
  await stage.owner.query(
    `update google_calendar_syncs set channel_id = $1, resource_id = 'a-resource' where user_id = $1`,
    [userId],
  );
}

async function openNotices({ userId }: Tenant): Promise<string[]> {
  const { rows } = await stage.owner.query(
    'select kind from notices where user_id = $1 and resolved_at is null',
    [userId],
  );
  return rows.map(({ kind }) => kind);
}

describe('connecting a calendar by Google’s login', () => {
  it('shows the account’s calendars to its tenant, to no other, and no token to anybody', async () => {
    const { tenant, email } = await connected();

    const shown = await askApi(stage, tenant, path);

    expect(shown).toMatchObject({ status: 'connected', accountEmail: email });
    expect(shown).toMatchObject({ writeCalendarId: email, checkCalendarIds: [email] });
    const tokens = await tokensOf(tenant);
    expect(tokens).toHaveLength(2);
    for (const hidden of [...tokens, 'a-google-secret-of-the-stage']) {
      expect(rapport.output()).not.toContain(hidden);
      expect(JSON.stringify(shown)).not.toContain(hidden);
    }
    await expect(askApi(stage, await stage.tenant(), path)).rejects.toThrow(/404/);
  });

  it('says so when the person does not allow it', async () => {
    const page = await connect(await stage.tenant(), { decision: 'deny' });

    expect([page.status, page.text]).toEqual([403, expect.stringContaining('did not allow it')]);
  });

  it('names the box that was left empty, and connects nothing', async () => {
    const tenant = await stage.tenant();
    const withoutScopes = ['https://www.googleapis.com/auth/calendar.events'];

    const page = await connect(tenant, {
      decision: 'allow',
      accounts: [newAccount()],
      withoutScopes,
    });

    expect([page.status, page.text]).toEqual([422, expect.stringContaining('view and edit')]);
    expect(await tokensOf(tenant)).toEqual([]);
  });

  it('takes what comes back once, and in the browser that began only', async () => {
    const tenant = await stage.tenant();
    const browser = oauthBrowser();
    const allow: Decision = { decision: 'allow', accounts: [newAccount()] };
    const back = await browser.decide(await linkFor(tenant), allow);
    const foreign = await oauthBrowser().visit(back);
    const again = await browser.decide(await linkFor(tenant), allow);

    const both = await Promise.all([browser.visit(again), browser.visit(again)]);

    expect([foreign.status, (await browser.visit(back)).status]).toEqual([403, 410]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it('redeems no code that belongs to another state', async () => {
    const tenant = await stage.tenant();
    const browser = oauthBrowser();
    const allow: Decision = { decision: 'allow', accounts: [newAccount()] };
    const first = new URL(await browser.decide(await linkFor(tenant), allow));
    const second = new URL(await browser.decide(await linkFor(tenant), allow));
    second.searchParams.set('code', first.searchParams.get('code') ?? '');

    const page = await browser.visit(second.href);

    expect([page.status, page.text]).toEqual([422, expect.stringContaining('code verifier')]);
    expect(await tokensOf(tenant)).toEqual([]);
  });
});

describe('a connected calendar', () => {
  it('has its token renewed once for twenty who ask at once', async () => {
    const { tenant, email } = await connected();
    await stage.owner.query(
      'update google_calendar_tokens set token_expiry = now() where user_id = $1',
      [tenant.userId],
    );

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => askApi(stage, tenant, path)),
    );

    expect(answers.every((one) => JSON.stringify(one).includes('"mayWrite":true'))).toBe(true);
    expect(stage.simulators.googleRefreshes(email)).toBe(1);
  });

  it('needs attention once when it was revoked, and is well when it is connected anew', async () => {
    const { tenant, email } = await connected();
    stage.simulators.revokeGoogle(email);

    const first = await askApi(stage, tenant, path);
    const second = await askApi(stage, tenant, path);

    expect(first).toMatchObject({ calendars: null });
    expect(second).toMatchObject({ status: 'needs_attention' });
    expect(await openNotices(tenant)).toEqual(['google_calendar.needs_attention']);

    await connect(tenant, { decision: 'allow', accounts: [email] });

    expect(await askApi(stage, tenant, path)).toMatchObject({ status: 'connected' });
    expect(await openNotices(tenant)).toEqual([]);
  });

  it.each([
    { target: 'revoke', action: 'error', status: 503 },
    { target: 'revoke', action: 'drop_before' },
    { target: 'stop', action: 'error', status: 503 },
  ])('ends here although Google does not answer: %j', async (fault) => {
    const { tenant, email } = await connected();
    await arrangeChannel(tenant);
    stage.simulators.addFault('google', { ...fault, account: email, times: 9 });

    expect([await disconnect(tenant), await tokensOf(tenant)]).toEqual([204, []]);
    const failed = stage.simulators
      .googleRequests()
      .filter((one) => one.account === email && one.target === fault.target);
    expect(failed.map(({ status }) => status)).toEqual([fault.status ?? 0]);
    await expect(askApi(stage, tenant, path)).rejects.toThrow(/404/);
  });

  it('is given back at Google when it is disconnected', async () => {
    const { tenant, email } = await connected();

    const status = await disconnect(tenant);

    const revoked = stage.simulators
      .googleRequests()
      .filter((one) => one.target === 'revoke' && one.account === email);
    expect([status, revoked.map((one) => one.status)]).toEqual([204, [200]]);
    expect([await tokensOf(tenant), await disconnect(tenant)]).toEqual([[], 404]);
  });
});

describe('choosing calendars', () => {
  const teamOf = (email: string) =>
    `${email.replaceAll(/[^a-z0-9]+/g, '-')}-team@group.calendar.google.com`;
  const choose = (tenant: Tenant, body: object) =>
    askApi(stage, tenant, path, { method: 'PATCH', body });

  it('takes calendars of the account, and keeps them when it is connected anew', async () => {
    const { tenant, email } = await connected();
    const wanted = { checkCalendarIds: [email, holidays], writeCalendarId: teamOf(email) };

    expect(await choose(tenant, wanted)).toMatchObject(wanted);
    await connect(tenant, { decision: 'allow', accounts: [email] });
    expect(await askApi(stage, tenant, path)).toMatchObject({ status: 'connected', ...wanted });

    const other = newAccount();
    await connect(tenant, { decision: 'allow', accounts: [other] });
    const anew = { accountEmail: other, checkCalendarIds: [other], writeCalendarId: other };
    expect(await askApi(stage, tenant, path)).toMatchObject(anew);
  });

  it.each([
    [{ writeCalendarId: holidays }, 'may not write'],
    [{ writeCalendarId: 'nobodys@example.com' }, 'no such calendar'],
    [{ checkCalendarIds: ['nobodys@example.com'] }, 'no calendar nobodys@example.com'],
  ])('refuses %j, and leaves the choice as it was', async (wanted, why) => {
    const { tenant, email } = await connected();

    await expect(choose(tenant, wanted)).rejects.toThrow(new RegExp(`400.*${why}`));
    const before = { writeCalendarId: email, checkCalendarIds: [email] };
    expect(await askApi(stage, tenant, path)).toMatchObject(before);
  });
});
