import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';
import type { JsonObject } from '../lib/json.ts';
import { errorTitle, type GraphError, sendGraphError } from './errors.ts';
import type { GraphFault } from './faults.ts';
import { mediaIdPrefix } from './media.ts';
import { type PlannedStatus, planStatuses } from './status-plan.ts';
import type { DueStatus } from './status-queue.ts';
import { type ValidSend, validateSend } from './validate-send.ts';
import type { WhatsAppWorld } from './world.ts';

type Call = { phoneNumberId: string; body: JsonObject; response: ServerResponse };
type Accepted = Call & { send: ValidSend; fault: GraphFault | undefined };

/** Takes one message to a customer: refuses it as Graph would, or accepts it and lets its statuses follow. */
export async function takeSend(world: WhatsAppWorld, call: Call): Promise<void> {
  const send = validateSend(call.body);
  if ('code' in send) return refuse(world, call, send);
  const { phoneNumberId } = call;
  const fault = world.faults.take({ target: 'send', phoneNumberId, to: send.to });
  const latencyMs = world.settings.sendLatencyMs + (fault?.delayMs ?? 0);
  if (latencyMs > 0) await world.timers.wait(latencyMs);
  if (fault !== undefined && stopsBeforeSend(world, call, send, fault)) return;
  const error = worldFault(world, phoneNumberId, send, call.body);
  if (error !== undefined) return refuse(world, call, error, send);
  await accept(world, { ...call, send, fault });
}

/** The faults after which nothing is sent. */
function stopsBeforeSend(
  world: WhatsAppWorld,
  call: Call,
  send: ValidSend,
  fault: GraphFault,
): boolean {
  if (fault.action === 'error') {
    refuse(world, call, fault.error ?? { code: 131000 }, send);
    return true;
  }
  if (fault.action !== 'hang' && fault.action !== 'drop_before_send') return false;
  world.counters.sendsUnanswered += 1;
  record(world, call, { outcome: 'lost', answered: false }, send);
  if (fault.action === 'drop_before_send') call.response.destroy();
  return true;
}

function worldFault(
  world: WhatsAppWorld,
  phoneNumberId: string,
  send: ValidSend,
  body: JsonObject,
): GraphError | undefined {
  const { settings, customers, limits, media } = world;
  const nowMs = world.now();
  if (
    settings.strictWindow &&
    send.type !== 'template' &&
    !customers.hasOpenWindow(phoneNumberId, send.to, nowMs)
  ) {
    const details =
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.';
    return { code: 131047, details };
  }
  const mediaId = mediaIdOf(send.type, body);
  if (mediaId?.startsWith(mediaIdPrefix) && media.get(mediaId) === undefined) {
    return { code: 131009, details: `Parameter value is not valid: ${send.type}['id']` };
  }
  const limit = settings.strictLimits ? limits.check(phoneNumberId, send.to, nowMs) : undefined;
  return limit === undefined ? undefined : { code: limit };
}

function mediaIdOf(type: string, body: JsonObject): string | undefined {
  const content = body[type];
  if (typeof content !== 'object' || content === null || !('id' in content)) return undefined;
  return typeof content.id === 'string' ? content.id : undefined;
}

async function accept(world: WhatsAppWorld, accepted: Accepted): Promise<void> {
  const { send, fault, phoneNumberId, response, body } = accepted;
  const id = world.newId('wamid.HBgL');
  const answered = fault === undefined || !fault.action.endsWith('_after_send');
  world.counters.sendsAccepted += 1;
  record(world, accepted, { outcome: 'accepted', answered, id }, send);
  world.events.publish({
    type: 'message',
    phoneNumberId,
    customer: send.to,
    messageId: id,
    messageType: send.type,
    text: send.text,
    body,
  });
  const plan = planStatuses(world.settings, fault?.statuses);
  const due = plan.map((planned) => ({
    ...planned,
    facts: dueStatus(world, accepted, id, planned),
  }));
  if (fault?.statuses === 'before_answer') {
    for (const { facts } of due) await world.statuses.postNow(facts);
  } else {
    for (const { facts, afterMs } of due) world.statuses.add(afterMs, facts);
  }
  answer(response, id, accepted);
}

function answer(response: ServerResponse, id: string, { send, fault, body }: Accepted): void {
  if (fault?.action === 'hang_after_send') return;
  if (fault?.action === 'drop_after_send') {
    response.destroy();
    return;
  }
  if (fault?.action === 'error_after_send') {
    sendGraphError(
      response,
      { httpStatus: 500, ...fault.error, code: fault.error?.code ?? 131000 },
      id,
    );
    return;
  }
  const contact = send.byUserId
    ? { input: send.to, user_id: send.to }
    : { input: body['to'], wa_id: send.to };
  const message = send.type === 'template' ? { id, message_status: 'accepted' } : { id };
  sendJson(response, 200, {
    messaging_product: 'whatsapp',
    contacts: [contact],
    messages: [message],
  });
}

function dueStatus(
  world: WhatsAppWorld,
  { send, fault, phoneNumberId }: Accepted,
  messageId: string,
  { status }: PlannedStatus,
): DueStatus {
  const userId = send.byUserId ? send.to : world.customers.userIdOf(send.to);
  const code = fault?.error?.code ?? 131026;
  const details = fault?.error?.details ?? errorTitle(code);
  return {
    phoneNumberId,
    messageId,
    status,
    ...(send.byUserId ? {} : { recipientId: send.to }),
    ...(userId === undefined || status === 'failed' ? {} : { recipientUserId: userId }),
    ...(send.reference === undefined ? {} : { reference: send.reference }),
    ...(status === 'failed' ? { error: { code, title: errorTitle(code), details } } : {}),
  };
}

function refuse(world: WhatsAppWorld, call: Call, error: GraphError, send?: ValidSend): void {
  world.counters.sendsRefused += 1;
  const fate = { outcome: 'refused', answered: true, errorCode: error.code } as const;
  record(world, call, fate, send);
  sendGraphError(call.response, error, world.newId('A'));
}

function record(
  world: WhatsAppWorld,
  { phoneNumberId, body }: Call,
  fate: {
    outcome: 'accepted' | 'refused' | 'lost';
    answered: boolean;
    id?: string;
    errorCode?: number;
  },
  send?: ValidSend,
): void {
  if (world.settings.record === 'count') return;
  world.sent.add({
    at: new Date(world.now()).toISOString(),
    kind: 'message',
    phoneNumberId,
    ...fate,
    ...(send === undefined ? {} : facts(send)),
    body,
  });
}

function facts({ to, type, text, reference }: ValidSend) {
  return {
    to,
    type,
    ...(text === undefined ? {} : { text }),
    ...(reference === undefined ? {} : { reference }),
  };
}
