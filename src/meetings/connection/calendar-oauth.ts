import type { Db, Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { OAuthEnd, OAuthProvider } from '../../oauth/oauth-router.ts';
import type { Calendar, CalendarChoice } from '../calendar.ts';
import { CalendarAccessLost, CalendarRefused } from '../calendar-errors.ts';
import type { GoogleOAuth, GoogleTokens } from '../google/google-oauth.ts';
import { missingBoxes } from '../google/scopes.ts';
import { type Replaced, storeConnection } from './store-connection.ts';

export type CalendarOAuthDeps = {
  app: Pool;
  vault: Vault;
  now: () => Date;
  calendar: Calendar;
  googleOAuth: GoogleOAuth;
  /** What belongs to the account that was connected before goes with it; joins the transaction, before the new one is stored. */
  onDisconnect: (tx: Db, userId: string) => Promise<void>;
  /** A calendar is connected, anew or again; joins the transaction. */
  onConnect: (tx: Db, userId: string) => Promise<void>;
  publishLook: () => void;
  log: Log;
};

/** As the path has it: `/oauth/google/start`. */
export const googleName = 'google';

/** Google as one that businesses are asked at for their calendar. */
export function calendarOAuth(deps: CalendarOAuthDeps): OAuthProvider {
  return {
    name: googleName,
    title: 'Google',
    consentUrl: ({ state, redirectUri }) => deps.googleOAuth.consentUrl({ state, redirectUri }),
    finish: async ({ asked, ...request }) => {
      const { userId } = asked;
      const answer = await deps.googleOAuth.redeem(request);
      if (!answer.given) return refused(deps, userId, `Google says: ${answer.text}`);
      const missing = missingBoxes(answer.tokens.scopes ?? []);
      if (missing.length > 0) return refused(deps, userId, ...boxesToTick(missing));
      const { refreshToken } = answer.tokens;
      if (refreshToken === null) return refused(deps, userId, ...noLastingAccess);
      return connect(deps, userId, { ...answer.tokens, refreshToken });
    },
  };
}

type LastingTokens = GoogleTokens & { refreshToken: string };

async function connect(
  deps: CalendarOAuthDeps,
  userId: string,
  tokens: LastingTokens,
): Promise<OAuthEnd> {
  const calendars = await calendarsOf(deps, tokens);
  const primary = calendars?.find((one) => one.isPrimary);
  if (calendars === undefined || primary === undefined) {
    return refused(deps, userId, 'The account has no Google calendar that opens to us.');
  }
  const accountEmail = primary.calendarId;
  const replaced = await store(deps, { userId, accountEmail, tokens, calendars });
  if (replaced?.isSameAccount === false) await giveBack(deps, userId, replaced);
  deps.publishLook();
  deps.log.info('a calendar was connected', { userId, isAnew: replaced !== undefined });
  const lines = [`Meetings are booked in the calendar of ${accountEmail}.`];
  return { isDone: true, status: 200, title: 'Your Google calendar is connected', lines };
}

function store(
  { app, vault, now, onConnect, onDisconnect }: CalendarOAuthDeps,
  given: {
    userId: string;
    accountEmail: string;
    tokens: LastingTokens;
    calendars: CalendarChoice[];
  },
): Promise<Replaced | undefined> {
  const { userId, accountEmail, tokens, calendars } = given;
  return asTenant(app, userId, async (tx) => {
    const replaced = await storeConnection(tx, {
      userId,
      accountEmail,
      accessToken: vault.encrypt(tokens.accessToken, userId),
      refreshToken: vault.encrypt(tokens.refreshToken, userId),
      expiresAt: new Date(now().getTime() + tokens.livesForMs),
      scope: tokens.scopes?.join(' ') ?? '',
      calendarIds: calendars.map((one) => one.calendarId),
      writableIds: calendars.filter((one) => one.mayWrite).map((one) => one.calendarId),
    });
    if (replaced?.isSameAccount === false) await onDisconnect(tx, userId);
    await onConnect(tx, userId);
    return replaced;
  });
}

/** Undefined where the account does not open to its token. Throws CalendarUnavailable. */
async function calendarsOf(
  { calendar }: CalendarOAuthDeps,
  { accessToken }: GoogleTokens,
): Promise<CalendarChoice[] | undefined> {
  try {
    return await calendar.calendars({ accessToken });
  } catch (error) {
    if (error instanceof CalendarAccessLost || error instanceof CalendarRefused) return undefined;
    throw error;
  }
}

/** Of another account only: Google takes back all that one account allowed, whichever token is named. */
async function giveBack(
  { googleOAuth, vault, log }: CalendarOAuthDeps,
  userId: string,
  { refreshToken }: Replaced,
): Promise<void> {
  try {
    await googleOAuth.revoke(vault.decrypt(refreshToken, userId));
  } catch (error) {
    log.warn('the access to the calendar before could not be given back', {
      userId,
      error: errorText(error),
    });
  }
}

function refused({ log }: CalendarOAuthDeps, userId: string, ...lines: string[]): OAuthEnd {
  log.info('a calendar was not connected', { userId });
  return { isDone: false, status: 422, title: 'Nothing was connected', lines };
}

function boxesToTick(missing: string[]): string[] {
  return [
    `On Google’s page, tick ${missing.length === 1 ? 'this box' : 'these boxes'} too: ${missing.map((box) => `“${box}”`).join(', ')}. Without it no meeting can be booked.`,
    'To try again, begin where you began: each link works once.',
  ];
}

const noLastingAccess = [
  'Google gave no lasting access. Remove this app at https://myaccount.google.com/connections and connect it again.',
];
