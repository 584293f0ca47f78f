import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep } from '../../../src/lib/clock.ts';
import { newId } from '../../../src/lib/ids.ts';
import {
  CalendarAccessLost,
  CalendarNeedsAttention,
  CalendarUnavailable,
  NoCalendarConnected,
} from '../../../src/meetings/calendar-errors.ts';
import { type AccessDeps, withAccess } from '../../../src/meetings/connection/with-access.ts';
import { googleOAuth } from '../../../src/meetings/google/google-oauth.ts';
import { scopes } from '../../../src/meetings/google/scopes.ts';
import { arrangeTenant } from '../../support/arrange.ts';
import { arrangeGoogleConnection } from '../../support/arrange-google-connection.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testVault } from '../../support/test-vault.ts';
import { startTokenServer, type TokenReply, type TokenServer } from '../../support/token-server.ts';

let database: TestDatabase;
let google: TokenServer;
let reply: () => Promise<TokenReply> | TokenReply;
let given = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  google = await startTokenServer(() => reply());
});
afterAll(async () => {
  await google.close();
  await database.drop();
});
beforeEach(() => {
  reply = newToken;
  google.requests.length = 0;
});

function newToken(more: object = {}): TokenReply {
  given += 1;
  const body = { access_token: `ya29.new-${given}`, expires_in: 3_599, scope: scopes.join(' ') };
  return { status: 200, body: { ...body, ...more } };
}

const gone: TokenReply = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
};

/** One process's way to a tenant's calendar. */
function openProcess(more: Partial<AccessDeps> = {}): AccessDeps {
  return {
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    now: () => new Date(),
    googleOAuth: googleOAuth({
      app: { id: 'an-app', secret: 'a-secret-of-the-app' },
      authUrl: google.url,
      tokenUrl: google.url,
      revokeUrl: google.url,
      timeoutMs: 5_000,
      derive: testVault.derive,
    }),
    publishLook: () => {},
    log: recordingLog().log,
    ...more,
  };
}

async function tenantWith(options: Parameters<typeof arrangeGoogleConnection>[2] = {}) {
  const { userId } = await arrangeTenant(database.owner);
  await arrangeGoogleConnection(database.owner, userId, options);
  return userId;
}

const over = { livesForMs: 30_000 };
const tokenOf = async ({ accessToken }: { accessToken: string }) => accessToken;

async function stored(userId: string) {
  const { rows } = await database.owner.query(
    `select status, attention_reason as reason, access_token as token, refresh_lease_id as lease
       from google_calendar_tokens where user_id = $1`,
    [userId],
  );
  return { ...rows[0], token: testVault.decrypt(rows[0].token, userId) };
}

async function openNotices(userId: string): Promise<string[]> {
  const { rows } = await database.owner.query(
    `select kind from notices where user_id = $1 and resolved_at is null`,
    [userId],
  );
  return rows.map(({ kind }) => kind);
}

describe('withAccess', () => {
  it('uses a token that has time left as it is', async () => {
    const userId = await tenantWith({ accessToken: 'ya29.good' });

    expect(await withAccess(openProcess(), userId, tokenOf)).toBe('ya29.good');
    expect(google.requests).toEqual([]);
  });

  // Seen failing without the lease: both processes asked.
  it('renews once for twenty who ask at once in two processes', async () => {
    const userId = await tenantWith(over);
    reply = () => sleep(200).then(() => newToken());
    const processes = [openProcess(), openProcess()];

    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        withAccess(processes[at % 2] ?? openProcess(), userId, tokenOf),
      ),
    );

    expect(google.requests).toEqual([
      {
        client_id: 'an-app',
        client_secret: 'a-secret-of-the-app',
        grant_type: 'refresh_token',
        refresh_token: '1//refresh-of-tests',
      },
    ]);
    expect(new Set(tokens)).toEqual(new Set([(await stored(userId)).token]));
    expect((await stored(userId)).lease).toBeNull();
  });

  it('goes on when the lease of a killed process is over', async () => {
    const userId = await tenantWith(over);
    await database.owner.query(
      `update google_calendar_tokens
          set refresh_lease_id = 'dead', refresh_lease_until = now() + interval '1 second'
        where user_id = $1`,
      [userId],
    );

    const token = await withAccess(openProcess(), userId, tokenOf);

    expect(token).toBe((await stored(userId)).token);
    expect(google.requests).toHaveLength(1);
  });

  it('renews a token that the calendar refuses, and does the work once more', async () => {
    const userId = await tenantWith({ accessToken: 'ya29.refused' });
    const seen: string[] = [];

    const answer = await withAccess(openProcess(), userId, async ({ accessToken }) => {
      seen.push(accessToken);
      if (accessToken === 'ya29.refused') throw new CalendarAccessLost('401');
      return 'done';
    });

    expect([answer, seen.length, google.requests.length]).toEqual(['done', 2, 1]);
  });

  it('gives up when the calendar refuses the new token as well', async () => {
    const userId = await tenantWith();
    const work = async () => {
      throw new CalendarAccessLost('401');
    };

    await expect(withAccess(openProcess(), userId, work)).rejects.toThrow(CalendarNeedsAttention);
    expect((await stored(userId)).status).toBe('needs_attention');
    expect(await openNotices(userId)).toEqual(['google_calendar.needs_attention']);
  });

  // Seen failing with `status = 'connected'` taken out of what is required: Google was asked at every call.
  it('tells the tenant once that the access was taken back, and asks Google no more', async () => {
    const userId = await tenantWith(over);
    reply = () => gone;
    let looks = 0;
    const publishLook = () => {
      looks += 1;
    };

    const asked = await Promise.allSettled(
      Array.from({ length: 6 }, () => withAccess(openProcess({ publishLook }), userId, tokenOf)),
    );
    await expect(withAccess(openProcess(), userId, tokenOf)).rejects.toThrow(
      CalendarNeedsAttention,
    );

    expect(asked.map((one) => one.status === 'rejected' && one.reason.code)).toEqual(
      Array.from({ length: 6 }, () => 'calendar.needs_attention'),
    );
    expect([google.requests.length, looks]).toEqual([1, 1]);
    expect(await stored(userId)).toMatchObject({
      status: 'needs_attention',
      reason: 'Token has been expired or revoked.',
    });
    expect(await openNotices(userId)).toEqual(['google_calendar.needs_attention']);
  });

  it('needs attention when a scope is gone', async () => {
    const userId = await tenantWith(over);
    reply = () => newToken({ scope: scopes.slice(1).join(' ') });

    await expect(withAccess(openProcess(), userId, tokenOf)).rejects.toThrow('view and edit');
    expect((await stored(userId)).status).toBe('needs_attention');
  });

  it.each([[{ status: 503, body: {} }], [{ status: 401, body: { error: 'invalid_client' } }]])(
    'blames no tenant for Google’s trouble or the installation’s: %j',
    async (trouble) => {
      const userId = await tenantWith(over);
      reply = () => trouble;

      await expect(withAccess(openProcess(), userId, tokenOf)).rejects.toThrow(CalendarUnavailable);
      expect(await stored(userId)).toMatchObject({ status: 'connected', lease: null });
      reply = newToken;
      expect(await withAccess(openProcess(), userId, tokenOf)).toContain('ya29.new');
    },
  );

  // Seen failing with the comparison of the ciphertexts taken out of storeRenewed and markNeedsAttention.
  it.each([['renewed', newToken] as const, ['refused', () => gone] as const])(
    'never writes over what a reconnect stored while the old token was %s',
    async (_, answer) => {
      const userId = await tenantWith(over);
      reply = async () => {
        await database.owner.query('delete from google_calendar_tokens where user_id = $1', [
          userId,
        ]);
        await arrangeGoogleConnection(database.owner, userId, { accessToken: 'ya29.reconnected' });
        return answer();
      };

      expect(await withAccess(openProcess(), userId, tokenOf)).toBe('ya29.reconnected');
      expect(await stored(userId)).toMatchObject({
        status: 'connected',
        token: 'ya29.reconnected',
      });
      expect(await openNotices(userId)).toEqual([]);
    },
  );

  it('uses a new token that lives shortly all the same, and asks once', async () => {
    const userId = await tenantWith(over);
    reply = () => newToken({ expires_in: 20 });

    expect(await withAccess(openProcess(), userId, tokenOf)).toContain('ya29.new');
    expect(google.requests).toHaveLength(1);
  });

  it('opens another tenant’s calendar to nobody', async () => {
    await tenantWith();
    const { userId } = await arrangeTenant(database.owner);

    await expect(withAccess(openProcess(), userId, tokenOf)).rejects.toThrow(NoCalendarConnected);
  });

  it('logs neither token nor secret', async () => {
    const userId = await tenantWith(over);
    const recording = recordingLog();
    await withAccess(openProcess({ log: recording.log }), userId, tokenOf);
    const { token } = await stored(userId);

    const lines = JSON.stringify(recording);
    for (const hidden of [token, '1//refresh-of-tests', 'a-secret-of-the-app']) {
      expect(lines).not.toContain(hidden);
    }
    expect(lines).toContain('was renewed');
  });
});
