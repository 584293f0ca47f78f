import { bearerToken, type Exchange, readBody, sendBytes, sendJson } from '../lib/http.ts';
import { isObject, objectAt, parseObject, textAt } from '../lib/json.ts';
import { type InstagramError, sendInstagramError } from './errors.ts';
import { cdnPath, instagramPath } from './paths.ts';
import { describeCustomer, isProfileQuery } from './profiles.ts';
import { takeAction, takeMessage } from './sends.ts';
import type { InstagramWorld } from './world.ts';

const target = /^(\/instagram)?\/v\d+\.\d+\/([^/]+)(?:\/(messages))?\/?$/;

/** Whether a request is for Instagram: by its own path, or at Facebook's API with what only Instagram is asked. */
export function isInstagramRequest({ path, query }: Exchange): boolean {
  if (path.startsWith(`${instagramPath}/v`) || path.startsWith(cdnPath)) return true;
  return /^\/v\d+\.\d+\/me\/messages$/.test(path) || /^fields=(user)?name/.test(query);
}

/** Answers one request to Instagram's API, of either login, or for a file. */
export async function answerInstagram(world: InstagramWorld, exchange: Exchange): Promise<void> {
  if (exchange.path.startsWith(cdnPath)) return sendFile(world, exchange);
  const [, own, asked = '', edge] = target.exec(exchange.path) ?? [];
  const login = own === undefined ? 'facebook' : 'instagram';
  const token = bearerToken(exchange.request) ?? '';
  const accountId = asked === 'me' ? world.accountOf(token) : asked;
  const error = accessError(world, { token, login, accountId });
  if (error !== undefined) {
    exchange.request.resume();
    if (edge !== undefined) world.counters.sendsRefused += 1;
    sendInstagramError(exchange.response, error, world.newId('A'));
    return;
  }
  if (exchange.method === 'GET' && edge === undefined) {
    return describe(world, exchange, { token, id: accountId });
  }
  const body = parseObject(await readBody(exchange.request));
  if (exchange.method !== 'POST' || edge === undefined || body === undefined) {
    sendInstagramError(exchange.response, { code: 100, subcode: 33 }, world.newId('A'));
    return;
  }
  const recipient = objectAt(body, 'recipient');
  const commentId = textAt(recipient, 'comment_id');
  const to =
    commentId === undefined ? textAt(recipient, 'id') : world.comments.get(commentId)?.customer;
  const call = { accountId, login, body, to, commentId, response: exchange.response } as const;
  return isObject(body['message']) ? takeMessage(world, call) : takeAction(world, call);
}

/** Whoever the id is of: a customer, or the account that the token is for. */
async function describe(
  world: InstagramWorld,
  exchange: Exchange,
  { token, id }: { token: string; id: string },
): Promise<void> {
  if (isProfileQuery(exchange.query)) return describeCustomer(world, exchange, id);
  world.accountOfToken.set(token, id);
  return describeAccount(world, exchange, id);
}

function accessError(
  world: InstagramWorld,
  call: { token: string; login: 'instagram' | 'facebook'; accountId: string },
): InstagramError | undefined {
  const { token, login, accountId } = call;
  if (token === '' || token.startsWith('expired-token')) return { code: 190, subcode: 463 };
  if (token.startsWith('EAA') !== (login === 'facebook')) {
    return { code: 190, message: 'Cannot parse access token' };
  }
  const message = `Unsupported get request. Object with ID '${accountId}' does not exist`;
  return accountId === '' || accountId.startsWith('no-access-')
    ? { code: 100, subcode: 33, message }
    : world.tokens.refusal(token, accountId, world.now());
}

async function describeAccount(
  world: InstagramWorld,
  { response, query }: Exchange,
  accountId: string,
): Promise<void> {
  world.counters.accessChecks += 1;
  const fault = world.faults.take((one) => one.target === 'access');
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault?.action === 'hang') return;
  if (fault?.action === 'error') {
    sendInstagramError(response, fault.error, world.newId('A'));
    return;
  }
  const username = `shop_${accountId.slice(-4)}`;
  // Instagram's own login has another id for the same account beside the one that webhooks come with.
  const ids = query.includes('user_id')
    ? { id: `9${accountId}`, user_id: accountId }
    : { id: accountId };
  sendJson(response, 200, { username, name: 'Simulated Shop', ...ids });
}

/** The bytes behind a file's address, for whoever has it: a token is a fault here. */
async function sendFile(world: InstagramWorld, exchange: Exchange): Promise<void> {
  const { request, response, query } = exchange;
  const fault = world.faults.take((one) => one.target === 'media');
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  const media = world.media.open(query, world.now());
  const hasToken = bearerToken(request) !== undefined;
  if (fault?.action === 'error' || hasToken || media === undefined) {
    const status = fault?.error.httpStatus ?? (hasToken ? 400 : 404);
    sendBytes(response, status, Buffer.from('no'), { 'content-type': 'text/plain' });
    return;
  }
  world.counters.mediaDownloads += 1;
  sendBytes(response, 200, media.bytes, { 'content-type': media.mimeType });
}
