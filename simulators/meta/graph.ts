import { bearerToken, type Exchange, readBody, sendJson } from '../lib/http.ts';
import { parseObject } from '../lib/json.ts';
import { type GraphError, sendGraphError } from './errors.ts';
import { describeMedia, uploadMedia } from './graph-media.ts';
import { mediaIdPrefix } from './media.ts';
import { displayNumberOf } from './payloads.ts';
import { takeRead } from './reads.ts';
import { takeSend } from './sends.ts';
import type { WhatsAppWorld } from './world.ts';

const target = /^\/v\d+\.\d+\/([^/]+)(?:\/([a-z_]+))?\/?$/;

/** Whether a path is one of the Graph API: `/v25.0/…`. */
export function isGraphPath(path: string): boolean {
  return /^\/v\d+\.\d+\//.test(path);
}

/** Answers one request to the Graph API. */
export async function answerGraph(world: WhatsAppWorld, exchange: Exchange): Promise<void> {
  const [, id = '', edge] = target.exec(exchange.path) ?? [];
  const error = accessError(world, exchange, id);
  if (error !== undefined) {
    exchange.request.resume();
    if (edge === 'messages') world.counters.sendsRefused += 1;
    sendGraphError(exchange.response, error, world.newId('A'));
    return;
  }
  const route = `${exchange.method} ${edge ?? ''}`;
  if (route === 'POST messages') return answerMessages(world, exchange, id);
  if (route === 'POST media') return uploadMedia(world, exchange);
  if (route === 'GET ') return describeNode(world, exchange, id);
  const message = `Unsupported ${exchange.method.toLowerCase()} request.`;
  sendGraphError(exchange.response, { code: 100, subcode: 33, message }, world.newId('A'));
}

async function answerMessages(
  world: WhatsAppWorld,
  { request, response }: Exchange,
  phoneNumberId: string,
): Promise<void> {
  const body = parseObject(await readBody(request));
  if (body === undefined) {
    const details = 'Invalid JSON in the request body.';
    sendGraphError(response, { code: 100, details }, world.newId('A'));
    return;
  }
  const call = { phoneNumberId, body, response };
  return body['status'] === 'read' ? takeRead(world, call) : takeSend(world, call);
}

/** No token, an expired one, or an id that the token's holder may not see. */
function accessError(
  world: WhatsAppWorld,
  { request }: Exchange,
  id: string,
): GraphError | undefined {
  const token = bearerToken(request);
  if (token === undefined) {
    return {
      code: 190,
      httpStatus: 401,
      message: 'An access token is required to request this resource.',
    };
  }
  if (token === 'expired-token') return { code: 190, httpStatus: 401, subcode: 463 };
  const known = world.knownPhoneNumberIds;
  const isNumber = !id.startsWith(mediaIdPrefix) && world.media.get(id) === undefined;
  const unknown = isNumber && known !== undefined && !known.has(id);
  return unknown || id.startsWith('no-access-') ? noSuchObject(id) : undefined;
}

async function describeNode(world: WhatsAppWorld, exchange: Exchange, id: string): Promise<void> {
  const media = world.media.get(id);
  if (media !== undefined) return describeMedia(world, exchange, media);
  const { response } = exchange;
  if (id.startsWith(mediaIdPrefix)) {
    sendGraphError(response, noSuchObject(id), world.newId('A'));
    return;
  }
  world.counters.accessChecks += 1;
  const fault = world.faults.take({ target: 'access', phoneNumberId: id });
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault?.action === 'hang') return;
  if (fault?.action === 'error') {
    sendGraphError(response, fault.error ?? { code: 190 }, world.newId('A'));
    return;
  }
  sendJson(response, 200, {
    verified_name: 'Simulated Business',
    display_phone_number: `+${displayNumberOf(id)}`,
    quality_rating: 'GREEN',
    id,
  });
}

function noSuchObject(id: string): GraphError {
  const message = `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`;
  return { code: 100, subcode: 33, message };
}
