import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/http.ts';
import { isObject, type JsonObject, textAt } from '../lib/json.ts';
import { sendGraphError } from './errors.ts';
import type { WhatsAppWorld } from './world.ts';

/** Takes `status: "read"`, with or without a typing indicator: the customer sees blue ticks and "typing". */
export async function takeRead(
  world: WhatsAppWorld,
  call: { phoneNumberId: string; body: JsonObject; response: ServerResponse },
): Promise<void> {
  const { phoneNumberId, body, response } = call;
  const messageId = textAt(body, 'message_id');
  if (!messageId) {
    const details = 'Required parameter is missing: message_id';
    sendGraphError(response, { code: 131008, details }, world.newId('A'));
    return;
  }
  const fault = world.faults.take({ target: 'read', phoneNumberId });
  if (fault?.action === 'hang') return;
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault?.action === 'error') {
    sendGraphError(response, fault.error ?? { code: 131000 }, world.newId('A'));
    return;
  }
  noteRead(world, { phoneNumberId, messageId, body });
  if (fault?.action.startsWith('drop')) response.destroy();
  else sendJson(response, 200, { success: true });
}

function noteRead(
  world: WhatsAppWorld,
  read: { phoneNumberId: string; messageId: string; body: JsonObject },
): void {
  const { phoneNumberId, messageId, body } = read;
  const typing = isObject(body['typing_indicator']);
  const customer = world.customers.authorOf(messageId);
  world.counters.reads += 1;
  world.events.publish({ type: 'read', phoneNumberId, customer, messageId });
  if (typing) world.events.publish({ type: 'typing', phoneNumberId, customer, messageId });
  if (world.settings.record === 'count') return;
  world.sent.add({
    at: new Date(world.now()).toISOString(),
    kind: 'read',
    outcome: 'accepted',
    answered: true,
    phoneNumberId,
    readMessageId: messageId,
    typing,
    ...(customer === undefined ? {} : { to: customer }),
    body,
  });
}
