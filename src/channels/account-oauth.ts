import { z } from 'zod';
import { type HintDeps, hint } from '../jobs/hint.ts';
import { oneRow, type Pool } from '../lib/db.ts';
import { asTenant } from '../lib/tenant.ts';
import type { OAuthEnd, OAuthProvider } from '../oauth/oauth-router.ts';
import { type Connected, connectGranted } from './connect-granted.ts';
import type { ConnectDeps } from './connect-phone-number.ts';
import type { AccountConsent } from './consent.ts';
import type { Platform } from './inbound-event.ts';

export type AccountOAuthDeps = ConnectDeps & HintDeps & { publishLook: () => void };

const Details = z.object({ login: z.string() });

/** A channel's provider as one that businesses are asked at: what they let us into becomes their accounts. */
export function accountOAuth(
  deps: AccountOAuthDeps,
  channel: { platform: Platform; title: string; consent: AccountConsent },
): OAuthProvider {
  const { platform, title, consent } = channel;
  return {
    name: platform,
    title,
    consentUrl: ({ asked, state, redirectUri }) =>
      consent.url({ ...Details.parse(asked.details), state, redirectUri }),
    finish: async ({ asked, code, redirectUri }) => {
      const { login } = Details.parse(asked.details);
      const { userId } = asked;
      const grant = await consent.redeem({ login, code, redirectUri });
      if (!grant.granted) {
        deps.log.info('an account was not granted', { userId, platform, because: grant.because });
        const lines = [`${title} says: ${grant.text}`];
        return { isDone: false, status: 422, title: 'Nothing was connected', lines };
      }
      const withConsent = {
        ...deps,
        consent,
        owe: (owed: { userId: string; conversationId: string }[]) =>
          hint(deps, 'replies.run', owed),
      };
      const connected: Connected[] = [];
      for (const account of grant.accounts) {
        connected.push(await connectGranted(withConsent, { userId, platform, account }));
      }
      deps.publishLook();
      const results = connected.map(({ result }) => result).join(' ');
      deps.log.info('accounts were granted', { userId, platform, results });
      return endOf(title, connected, await companyOf(deps.app, userId));
    },
  };
}

/** Says of each account what became of it, and for whom. */
export function endOf(title: string, connected: Connected[], company: string): OAuthEnd {
  const isGood = (one: Connected) =>
    (one.result === 'connected' || one.result === 'renewed') && one.isTold;
  const lines = connected.map((one) => lineOf(one, title, company));
  if (connected.every(isGood)) {
    return { isDone: true, status: 200, title: `${title} is connected`, lines };
  }
  const statuses = connected.map(({ result }) => statusOf[result]);
  const isNone = statuses.every((status) => status !== 200);
  return {
    isDone: false,
    status: isNone ? (statuses[0] ?? 422) : 200,
    title: isNone ? 'Nothing was connected' : `${title} is connected in part`,
    lines,
  };
}

const statusOf = { connected: 200, renewed: 200, taken: 409, no_access: 422, unanswered: 503 };

function lineOf(one: Connected, title: string, company: string): string {
  const { name } = one;
  switch (one.result) {
    case 'taken':
      return `${name} belongs to another business of this installation, so it stays there.`;
    case 'unanswered':
      return `${name} was not connected, because ${title} does not answer: connect it once more.`;
    case 'no_access':
      return `${name} was not connected. ${one.text}`;
    default: {
      const what = one.result === 'connected' ? 'is connected' : 'is connected anew';
      const done = `${name} ${what} to ${company}.`;
      return one.isTold
        ? done
        : `${done} But ${title} does not tell us yet what customers write there: connect it once more.`;
    }
  }
}

async function companyOf(app: Pool, userId: string): Promise<string> {
  const { name } = await asTenant(app, userId, (tx) =>
    oneRow(
      tx,
      z.object({ name: z.string() }),
      'select coalesce(company_name, email) as name from users where user_id = $1',
      [userId],
    ),
  );
  return name;
}
