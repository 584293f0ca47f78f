import { bearerToken, type Exchange, readBody, sendJson } from '../lib/http.ts';
import { type InstagramError, sendInstagramError } from './errors.ts';
import type { InstagramFault } from './faults.ts';
import { consentPaths, instagramPath } from './paths.ts';
import type { IssuedCode, IssuedToken } from './tokens.ts';
import type { InstagramWorld } from './world.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
/** As Meta says it: a little less than 60 days. */
const lastingSeconds = 5_183_944;

/** What a request for tokens is answered, before anything goes wrong with it. */
type Given = { body: object } | { error: InstagramError } | { codeError: string };

type Answerer = (world: InstagramWorld, exchange: Exchange) => Promise<Given> | Given;

const answerers: [RegExp, InstagramFault['target'], Answerer][] = [
  [new RegExp(`^POST ${consentPaths.instagramApi}/oauth/access_token$`), 'exchange', redeemCode],
  [new RegExp(`^GET ${instagramPath}/access_token$`), 'exchange', exchangeHour],
  [new RegExp(`^GET ${instagramPath}/refresh_access_token$`), 'refresh', refresh],
  [/^GET \/v\d+\.\d+\/oauth\/access_token$/, 'exchange', facebookToken],
  [/^GET \/v\d+\.\d+\/me\/permissions$/, 'exchange', permissions],
  [/^GET \/v\d+\.\d+\/me\/accounts$/, 'exchange', pages],
  [/^POST (\/instagram)?\/v\d+\.\d+\/[^/]+\/subscribed_apps$/, 'subscribe', subscribe],
];

/** Whether a request is about tokens, Pages or subscriptions. */
export function isTokenRequest(exchange: Exchange): boolean {
  return answererOf(exchange) !== undefined;
}

/** Answers it, or lets it go wrong as a fault says: `…_after_send` after the token was given. */
export async function answerTokenRequest(world: InstagramWorld, exchange: Exchange): Promise<void> {
  const found = answererOf(exchange);
  if (found === undefined) return;
  const [, target, give] = found;
  const { response } = exchange;
  const accountId = accountAsked(world, exchange);
  const fault = world.faults.take(
    (one) => one.target === target && (one.accountId === undefined || one.accountId === accountId),
  );
  if (target === 'refresh') world.counters.tokenRefreshesAsked += 1;
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault?.action === 'hang') return;
  if (fault?.action === 'drop_before_send') {
    response.destroy();
    return;
  }
  if (fault?.action === 'error') return sendInstagramError(response, fault.error, world.newId('A'));
  const given = await give(world, exchange);
  if (fault?.action === 'hang_after_send') return;
  if (fault?.action === 'drop_after_send') response.destroy();
  else if ('body' in given) sendJson(response, 200, given.body);
  else if ('error' in given) sendInstagramError(response, given.error, world.newId('A'));
  else {
    const error = { error_type: 'OAuthException', code: 400, error_message: given.codeError };
    sendJson(response, 400, error);
  }
}

/** Whose token a request carries, if it carries one. */
function accountAsked(world: InstagramWorld, { request, query }: Exchange): string {
  const token = bearerToken(request) ?? new URLSearchParams(query).get('access_token') ?? '';
  return world.accountOf(token);
}

function answererOf({ method, path }: Exchange) {
  return answerers.find(([form]) => form.test(`${method} ${path}`));
}

async function redeemCode(world: InstagramWorld, { request }: Exchange): Promise<Given> {
  const form = new URLSearchParams((await readBody(request)).toString());
  const code = takeCode(world, form, 'instagram', secretOf(world));
  if (typeof code === 'string') return { codeError: code };
  const token = give(world, 'IGQsimulated', { ...code, kind: 'hour' }, hourMs);
  const permissions = code.scopes.join(',');
  // The number that JavaScript cannot read exactly, and that is not the account's id with webhooks either.
  return { body: { access_token: token, user_id: 26_123_456_789_012_344, permissions } };
}

function exchangeHour(world: InstagramWorld, { query }: Exchange): Given {
  const asked = new URLSearchParams(query);
  const token = asked.get('access_token') ?? '';
  const known = world.tokens.find(token);
  const refusal = refusalOf(world, token, known);
  if (refusal !== undefined) return { error: refusal };
  if (asked.get('client_secret') !== secretOf(world) || known?.kind !== 'hour') {
    return { error: { code: 100, message: 'Error validating client secret.' } };
  }
  return lasting(world, known);
}

function refresh(world: InstagramWorld, { query }: Exchange): Given {
  const token = new URLSearchParams(query).get('access_token') ?? '';
  const known = world.tokens.find(token);
  const refusal = refusalOf(world, token, known);
  if (refusal !== undefined) return { error: refusal };
  const isYoung = token.startsWith('young-token') || known?.kind === 'hour';
  if (isYoung || (known !== undefined && world.now() - known.issuedAt < dayMs)) {
    return { error: { code: 100, message: 'The access token is less than 24 hours old' } };
  }
  world.counters.tokenRefreshes += 1;
  return lasting(world, known ?? { accountIds: [world.accountOf(token)], scopes: [] });
}

function lasting(world: InstagramWorld, of: Pick<IssuedToken, 'accountIds' | 'scopes'>): Given {
  const issued = { ...of, kind: 'lasting' } as const;
  const token = give(world, 'IGAsimulated', issued, lastingSeconds * 1000);
  return { body: { access_token: token, token_type: 'bearer', expires_in: lastingSeconds } };
}

function facebookToken(world: InstagramWorld, { query }: Exchange): Given {
  const asked = new URLSearchParams(query);
  if (asked.get('client_secret') !== world.settings.appSecret) {
    return { error: { code: 101, message: 'Error validating client secret.' } };
  }
  const short = asked.get('fb_exchange_token');
  const from =
    short === null
      ? takeCode(world, asked, 'facebook', world.settings.appSecret)
      : world.tokens.find(short);
  if (from === undefined || typeof from === 'string') {
    return { error: { code: 100, subcode: 36_009, message: from ?? 'no such token' } };
  }
  const lifeMs = short === null ? hourMs : lastingSeconds * 1000;
  const token = give(world, 'EAAsimulatedPerson', { ...from, kind: 'person' }, lifeMs);
  return { body: { access_token: token, token_type: 'bearer', expires_in: lifeMs / 1000 } };
}

function permissions(world: InstagramWorld, { request }: Exchange): Given {
  const person = world.tokens.find(bearerToken(request) ?? '');
  if (person === undefined) return { error: { code: 190 } };
  return { body: { data: person.scopes.map((permission) => ({ permission, status: 'granted' })) } };
}

/** A Page for each account; one that has none on Instagram for an account named `none`. Two to a page of the list. */
function pages(world: InstagramWorld, { request, query }: Exchange): Given {
  const person = world.tokens.find(bearerToken(request) ?? '');
  if (person === undefined) return { error: { code: 190 } };
  const from = Number(new URLSearchParams(query).get('after') ?? 0);
  const ids = person.accountIds.slice(from, from + 2);
  const data = ids.map((accountId) => {
    const issued = { accountIds: [accountId], scopes: person.scopes, kind: 'page' as const };
    const page = {
      id: `5${accountId}`,
      name: `Page of ${accountId}`,
      access_token: give(world, 'EAAsimulatedPage', issued, undefined),
    };
    const account = { id: accountId, username: `shop_${accountId.slice(-4)}` };
    return accountId === 'none' ? page : { ...page, instagram_business_account: account };
  });
  const isMore = person.accountIds.length > from + 2;
  const paging = isMore ? { next: 'https://more', cursors: { after: String(from + 2) } } : {};
  return { body: { data, paging } };
}

function subscribe(world: InstagramWorld, { request, path, query }: Exchange): Given {
  const token = bearerToken(request) ?? '';
  const asked = /\/([^/]+)\/subscribed_apps$/.exec(path)?.[1] ?? '';
  const accountId = asked === 'me' ? world.accountOf(token) : asked;
  const refusal = world.tokens.refusal(token, accountId, world.now());
  if (refusal !== undefined) return { error: refusal };
  world.subscriptions.set(
    accountId,
    (new URLSearchParams(query).get('subscribed_fields') ?? '').split(','),
  );
  return { body: { success: true } };
}

function takeCode(
  world: InstagramWorld,
  given: URLSearchParams,
  login: IssuedCode['login'],
  secret: string,
): IssuedCode | string {
  if (given.get('client_secret') !== secret) return 'Error validating client secret.';
  const word = given.get('code') ?? '';
  const code = world.tokens.codes.get(word);
  world.tokens.codes.delete(word);
  if (code === undefined || code.login !== login) {
    return 'Matching code was not found or was already used';
  }
  if (code.expiresAt <= world.now()) return 'This authorization code has expired';
  return given.get('redirect_uri') === code.redirectUri
    ? code
    : 'Error validating verification code. Please make sure your redirect_uri is identical';
}

function give(
  world: InstagramWorld,
  prefix: string,
  of: Pick<IssuedToken, 'kind' | 'accountIds' | 'scopes'>,
  lifeMs: number | undefined,
): string {
  const { kind, accountIds, scopes } = of;
  const token = world.newId(prefix);
  const issuedAt = world.now();
  const expiresAt = lifeMs === undefined ? undefined : issuedAt + lifeMs;
  world.tokens.add(token, { kind, accountIds, scopes, issuedAt, expiresAt });
  const [accountId] = accountIds;
  if (accountId !== undefined) world.accountOfToken.set(token, accountId);
  return token;
}

function refusalOf(
  world: InstagramWorld,
  token: string,
  known: IssuedToken | undefined,
): InstagramError | undefined {
  if (token.startsWith('expired-token')) return { code: 190, subcode: 463 };
  const accountId = known?.accountIds[0] ?? world.accountOf(token);
  return world.tokens.refusal(token, accountId, world.now());
}

/** Instagram's login has a secret of its own, or the app's. */
function secretOf({ settings }: InstagramWorld): string {
  return settings.instagramAppSecret || settings.appSecret;
}
