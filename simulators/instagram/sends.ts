import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';
import { type JsonObject, objectAt, textAt } from '../lib/json.ts';
import { privateReplyFault } from './comments.ts';
import { postEchoes, postSeen } from './echoes.ts';
import { type InstagramError, sendInstagramError } from './errors.ts';
import type { InstagramFault } from './faults.ts';
import type { InstagramCall } from './sent.ts';
import type { InstagramWorld } from './world.ts';

/** One call to `/messages`. */
export type Call = {
  accountId: string;
  login: 'instagram' | 'facebook';
  body: JsonObject;
  to: string | undefined;
  /** Of a private reply. */
  commentId: string | undefined;
  response: ServerResponse;
};

const maxTextBytes = 1000;
const dayMs = 24 * 60 * 60 * 1000;
const senderActions = new Set(['typing_on', 'typing_off', 'mark_seen', 'react', 'unreact']);

/** Takes one message to a customer: refuses it as Instagram would, or sends it and echoes it. */
export async function takeMessage(world: InstagramWorld, call: Call): Promise<void> {
  const { to } = call;
  const text = textAt(objectAt(call.body, 'message'), 'text');
  const error = commentFault(world, call) ?? contentFault(call, text);
  if (error !== undefined || to === undefined) return refuse(world, call, error ?? { code: 100 });
  const fault = world.faults.take((one) => fits(one, 'send', call));
  const latencyMs = world.settings.sendLatencyMs + (fault?.delayMs ?? 0);
  if (latencyMs > 0) await world.timers.wait(latencyMs);
  if (fault !== undefined && stopsBeforeSend(world, call, fault)) return;
  const tooLate = commentFault(world, call) ?? windowFault(world, call, to);
  if (tooLate !== undefined) return refuse(world, call, tooLate);
  noteAnswered(world, call);
  const id = world.newId('aWdfZAG1faXRlbToxOklH');
  const answered = fault === undefined || !fault.action.endsWith('_after_send');
  world.counters.sendsAccepted += 1;
  record(world, call, { outcome: 'accepted', answered, id });
  const { accountId, body } = call;
  const attachment = objectAt(objectAt(body, 'message'), 'attachment');
  const sent = { accountId, customer: to, id, text: text ?? '', attachment };
  world.events.publish({ type: 'message', accountId, customer: to, messageId: id, text, body });
  await postEchoes(world, sent, fault?.echo);
  postSeen(world, sent);
  answer(call.response, id, to, fault);
}

/** Takes `typing_on`, `mark_seen` and their like, which stand alone. */
export async function takeAction(world: InstagramWorld, call: Call): Promise<void> {
  const action = textAt(call.body, 'sender_action') ?? '';
  if (call.to === undefined || !senderActions.has(action)) {
    return refuse(world, call, { code: 100, message: '(#100) Invalid keys or no message' });
  }
  const fault = world.faults.take((one) => fits(one, 'action', call));
  if (fault?.action === 'hang') return;
  if (fault?.action === 'error') {
    sendInstagramError(call.response, fault.error, world.newId('A'));
    return;
  }
  if (action === 'mark_seen') world.counters.reads += 1;
  record(world, call, { outcome: 'accepted', answered: true, action });
  showAction(world, call, action);
  sendJson(call.response, 200, { recipient_id: call.to });
}

/** What the customer's phone shows of an action. */
function showAction({ events }: InstagramWorld, { accountId, to }: Call, action: string): void {
  if (action === 'mark_seen') events.publish({ type: 'seen', accountId, customer: to });
  if (action === 'typing_on') events.publish({ type: 'typing', accountId, customer: to });
}

/** Lets the simulated Instagram know that a customer wrote: the reply window is open. */
export function noteWritten(world: InstagramWorld, accountId: string, customer: string): void {
  world.lastWroteAt.set(`${accountId} ${customer}`, world.now());
}

function commentFault(world: InstagramWorld, call: Call): InstagramError | undefined {
  return call.commentId === undefined
    ? undefined
    : privateReplyFault(world, call.accountId, call.commentId);
}

function noteAnswered(world: InstagramWorld, { commentId = '' }: Call): void {
  const comment = world.comments.get(commentId);
  if (comment !== undefined) comment.isAnswered = true;
}

/** A comment needs no window, and opens none. */
function windowFault(world: InstagramWorld, call: Call, to: string): InstagramError | undefined {
  return call.commentId === undefined &&
    world.settings.strictWindow &&
    !hasOpenWindow(world, call, to)
    ? { code: 10, subcode: 2534022 }
    : undefined;
}

/** A day, or a week for what is tagged as a person's. */
function hasOpenWindow(
  world: InstagramWorld,
  { accountId, body }: Call,
  customer: string,
): boolean {
  const at = world.lastWroteAt.get(`${accountId} ${customer}`);
  const isTagged = body['messaging_type'] === 'MESSAGE_TAG' && body['tag'] === 'HUMAN_AGENT';
  return at !== undefined && world.now() - at < (isTagged ? 7 : 1) * dayMs;
}

function fits(fault: InstagramFault, target: InstagramFault['target'], call: Call): boolean {
  return (
    fault.target === target &&
    (fault.accountId === undefined || fault.accountId === call.accountId) &&
    (fault.to === undefined || fault.to === call.to)
  );
}

function contentFault(call: Call, text: string | undefined): InstagramError | undefined {
  if (call.to === undefined) return { code: 100, message: '(#100) Param recipient is required' };
  const attachment = objectAt(objectAt(call.body, 'message'), 'attachment');
  if (textAt(attachment, 'type') !== undefined) return attachmentFault(attachment, text);
  if (text === undefined || text === '') {
    return { code: 100, message: '(#100) The message is empty' };
  }
  return Buffer.byteLength(text) > maxTextBytes
    ? { code: 100, message: `(#100) Length of param message[text] must be ${maxTextBytes} or less` }
    : undefined;
}

const attachmentTypes = new Set(['image', 'video', 'audio', 'file']);

/** A file stands alone, at an address that Instagram can fetch it from. */
function attachmentFault(
  attachment: JsonObject,
  text: string | undefined,
): InstagramError | undefined {
  const url = textAt(objectAt(attachment, 'payload'), 'url') ?? '';
  const isKnown = attachmentTypes.has(textAt(attachment, 'type') ?? '');
  return isKnown && /^https?:\/\//.test(url) && text === undefined
    ? undefined
    : { code: 100, message: '(#100) Invalid parameter: message[attachment]' };
}

/** The faults after which nothing is sent. */
function stopsBeforeSend(world: InstagramWorld, call: Call, fault: InstagramFault): boolean {
  if (fault.action === 'error') {
    refuse(world, call, fault.error);
    return true;
  }
  if (fault.action !== 'hang' && fault.action !== 'drop_before_send') return false;
  world.counters.sendsUnanswered += 1;
  record(world, call, { outcome: 'lost', answered: false });
  if (fault.action === 'drop_before_send') call.response.destroy();
  return true;
}

function answer(
  response: ServerResponse,
  id: string,
  to: string,
  fault: InstagramFault | undefined,
): void {
  if (fault?.action === 'hang_after_send') return;
  if (fault?.action === 'drop_after_send') response.destroy();
  else if (fault?.action === 'error_after_send') sendInstagramError(response, fault.error, id);
  else sendJson(response, 200, { recipient_id: to, message_id: id });
}

function refuse(world: InstagramWorld, call: Call, error: InstagramError): void {
  world.counters.sendsRefused += 1;
  record(world, call, { outcome: 'refused', answered: true, errorCode: error.code });
  sendInstagramError(call.response, error, world.newId('A'));
}

function record(
  world: InstagramWorld,
  { accountId, login, body, to }: Call,
  fate: Pick<InstagramCall, 'outcome' | 'answered'> &
    Partial<Pick<InstagramCall, 'id' | 'action' | 'errorCode'>>,
): void {
  if (world.settings.record === 'count') return;
  const text = textAt(objectAt(body, 'message'), 'text');
  world.sent.add({
    at: new Date(world.now()).toISOString(),
    kind: body['sender_action'] === undefined ? 'message' : 'action',
    login,
    accountId,
    ...fate,
    ...(to === undefined ? {} : { to }),
    ...(text === undefined ? {} : { text }),
    body,
  });
}
