import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText, TransientError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { cutText } from '../lib/safe-text.ts';
import { type OAuthWords, oauthHeaders, oauthPage } from './oauth-page.ts';
import { type Asked, beginWithTicket, endWithState, ticketLifeMs } from './tickets.ts';

/** How it ended: `done` goes back to where the business came from, everything else is told on a page. */
export type OAuthEnd = Omit<OAuthWords, 'backTo'> & { isDone: boolean; status: number };

/** A provider that businesses are asked at. */
export type OAuthProvider = {
  /** In the path: `/oauth/<name>/start` and `/oauth/<name>/callback`. */
  name: string;
  /** As people know it. */
  title: string;
  /** Where the business's browser is sent to be asked. */
  consentUrl(request: { asked: Asked; state: string; redirectUri: string }): string;
  /** Does what the code allows. Its state was ours and is used up; no transaction is open. */
  finish(request: {
    asked: Asked;
    state: string;
    code: string;
    redirectUri: string;
  }): Promise<OAuthEnd>;
};

export type OAuthRouterDeps = {
  receiver: Pool;
  vault: Vault;
  log: Log;
  /** Where browsers reach this installation; undefined when nobody knows, and then no ticket is made either. */
  publicUrl: string | undefined;
};

const cookieName = 'rapport_oauth';

/** Where a provider sends the browser back to. */
export function callbackUrl(publicUrl: string, provider: string): string {
  return `${publicUrl}/oauth/${provider}/callback`;
}

/** Where a business's browser begins with a ticket. */
export function startUrl(publicUrl: string, provider: string, ticket: string): string {
  return `${publicUrl}/oauth/${provider}/start?ticket=${encodeURIComponent(ticket)}`;
}

/**
 * `GET /oauth/<name>/start?ticket=…` sends a browser to the provider, and `…/callback` is where it comes back. The
 * ticket and the state work once each; the cookie holds the state to the browser that began.
 */
export function oauthRouter(deps: OAuthRouterDeps, providers: OAuthProvider[]): Router {
  const router = Router();
  router.use('/oauth', guard);
  for (const provider of providers) {
    router.get(`/oauth/${provider.name}/start`, (req, res) => start(deps, provider, req, res));
    router.get(`/oauth/${provider.name}/callback`, (req, res) => end(deps, provider, req, res));
  }
  return router;
}

/** Whoever only looks ahead uses nothing up. */
const guard: RequestHandler = (req, res, next) => {
  res.set(oauthHeaders);
  const isLookingAhead = req.method === 'HEAD' || /prefetch/i.test(req.get('sec-purpose') ?? '');
  if (isLookingAhead) res.status(204).end();
  else next();
};

const StartQuery = z.object({ ticket: z.string() });

async function start(
  deps: OAuthRouterDeps,
  provider: OAuthProvider,
  req: Request,
  res: Response,
): Promise<void> {
  const query = StartQuery.safeParse(req.query);
  const { publicUrl } = deps;
  const begun =
    query.success && publicUrl !== undefined
      ? await beginWithTicket(deps, {
          provider: provider.name,
          ticket: query.data.ticket,
          browser: cookieIn(req),
        })
      : undefined;
  if (begun === undefined || publicUrl === undefined) return answer(res, 410, linkIsOver);
  const { asked, state, browser } = begun;
  res.cookie(cookieName, browser, {
    path: '/oauth',
    httpOnly: true,
    // The provider's page sends the browser back by a link: `strict` would keep the cookie from it.
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: ticketLifeMs,
  });
  const redirectUri = callbackUrl(publicUrl, provider.name);
  res.redirect(302, provider.consentUrl({ asked, state, redirectUri }));
}

const CallbackQuery = z.object({
  state: z.string().catch(''),
  code: z.string().min(1).max(4_000).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

async function end(
  deps: OAuthRouterDeps,
  provider: OAuthProvider,
  req: Request,
  res: Response,
): Promise<void> {
  const query = CallbackQuery.parse(req.query);
  const browser = cookieIn(req);
  const { publicUrl } = deps;
  const ended = await endWithState(deps, { provider: provider.name, state: query.state, browser });
  if (ended.end === 'unknown_state' || publicUrl === undefined) return answer(res, 410, linkIsOver);
  if (ended.end === 'foreign_browser') return answer(res, 403, otherBrowser);
  const { asked } = ended;
  const backTo = asked.returnUrl ?? undefined;
  if (query.code === undefined) {
    return answer(res, 403, { ...refusal(provider.title, query), backTo });
  }
  const redirectUri = callbackUrl(publicUrl, provider.name);
  const { isDone, status, ...words } = await finishOrSay(deps, provider, {
    asked,
    state: query.state,
    code: query.code,
    redirectUri,
  });
  if (isDone && backTo !== undefined) res.redirect(303, withResult(backTo, provider.name));
  else answer(res, status, { ...words, backTo });
}

/** What a provider answers is told; that it cannot be reached now, too. */
async function finishOrSay(
  { log }: Pick<OAuthRouterDeps, 'log'>,
  provider: OAuthProvider,
  request: Parameters<OAuthProvider['finish']>[0],
): Promise<OAuthEnd> {
  try {
    return await provider.finish(request);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    log.warn('a provider could not be asked for a token', {
      provider: provider.name,
      userId: request.asked.userId,
      error: errorText(error),
    });
    const title = `${provider.title} does not answer`;
    return { isDone: false, status: 503, title, lines: ['Nothing was connected.', tryAgain] };
  }
}

function refusal(
  title: string,
  query: { error?: string | undefined; error_description?: string | undefined },
): OAuthWords {
  if (query.error === 'access_denied') {
    const lines = [`You did not allow it at ${title}, so nothing was connected.`, tryAgain];
    return { title: 'Nothing was connected', lines };
  }
  const reason = cutText(query.error_description ?? query.error ?? 'it gave no reason', 300);
  const lines = [`${title} refused: ${reason}`, tryAgain];
  return { title: 'Nothing was connected', lines };
}

const tryAgain = 'To try again, begin where you began: each link works once.';

const linkIsOver: OAuthWords = {
  title: 'This link does not work any more',
  lines: ['A link works once and for ten minutes. Ask for a new one where you got this one.'],
};

const otherBrowser: OAuthWords = {
  title: 'This began in another browser',
  lines: [
    'Nothing was connected. Whoever begins has to end in the same browser, with its cookies.',
    tryAgain,
  ],
};

function answer(res: Response, status: number, words: OAuthWords): void {
  res.status(status).type('html').send(oauthPage(words));
}

function withResult(returnUrl: string, provider: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set('connected', provider);
  return url.toString();
}

function cookieIn(req: Request): string | undefined {
  const cookies = (req.get('cookie') ?? '').split(';').map((one) => one.trim().split('='));
  return cookies.find(([name]) => name === cookieName)?.[1];
}
