import { isObject, type JsonObject, objectAt, textAt } from '../lib/json.ts';
import {
  type CustomerSide,
  customerMessage,
  envelope,
  type MessagePayload,
  messagesValue,
} from './payloads.ts';
import { sampleFile } from './sample-files.ts';
import type { WhatsAppWorld } from './world.ts';

/** A message that a simulated customer writes, ready to be posted. */
export type WrittenMessage = {
  id: string;
  payload: JsonObject;
  phoneNumberId: string;
  from: CustomerSide;
  message: MessagePayload;
};

const mediaKinds = new Set(['image', 'video', 'audio', 'document', 'sticker']);

/** Makes the webhook of a customer's message out of a control request; an error text when it names no number or customer. */
export function writeMessage(world: WhatsAppWorld, body: JsonObject): WrittenMessage | string {
  const phoneNumberId = textAt(body, 'phoneNumberId');
  if (phoneNumberId === undefined) return 'phoneNumberId is missing';
  const from = customerOf(objectAt(body, 'from'));
  if (from.waId === undefined && from.userId === undefined) return 'from needs waId or userId';
  const type = textAt(body, 'type') ?? 'text';
  const id = textAt(body, 'id') ?? world.newId('wamid.HBgM');
  const sentAt = textAt(body, 'timestamp');
  const at = sentAt === undefined ? new Date(world.now()) : new Date(Number(sentAt) * 1000);
  const content = { ...contentOf(world, type, body), ...objectAt(body, 'message') };
  const message = customerMessage({ id, from, type, at, content });
  const displayPhoneNumber = textAt(body, 'displayPhoneNumber');
  const business = {
    phoneNumberId,
    ...(displayPhoneNumber === undefined ? {} : { displayPhoneNumber }),
  };
  const payload = envelope([messagesValue(business, from, [message])]);
  return { id, payload, phoneNumberId, from, message };
}

function customerOf(from: JsonObject): CustomerSide {
  const waId = textAt(from, 'waId')?.replace(/^\+/, '');
  const userId = textAt(from, 'userId');
  const name = textAt(from, 'name');
  const username = textAt(from, 'username');
  return {
    ...(waId === undefined ? {} : { waId }),
    ...(userId === undefined ? {} : { userId }),
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
  };
}

function contentOf(world: WhatsAppWorld, type: string, body: JsonObject): JsonObject {
  const text = textAt(body, 'text');
  if (type === 'text') return { text: { body: text ?? '' } };
  if (!mediaKinds.has(type)) return {};
  const media = objectAt(body, 'media');
  const sample = sampleFile(type, textAt(media, 'transcript'));
  const base64 = textAt(media, 'base64');
  const id = textAt(media, 'id');
  const stored = world.media.put({
    bytes: base64 === undefined ? sample.bytes : Buffer.from(base64, 'base64'),
    mimeType: textAt(media, 'mimeType') ?? sample.mimeType,
    ...(id === undefined ? {} : { id }),
  });
  const filename = textAt(media, 'filename') ?? sample.filename;
  return {
    [type]: {
      ...(text === undefined || type === 'audio' ? {} : { caption: text }),
      ...(filename === undefined ? {} : { filename }),
      ...(type === 'audio' ? { voice: media['voice'] !== false } : {}),
      mime_type: stored.mimeType,
      sha256: stored.sha256,
      id: stored.id,
    },
  };
}

/** Lets the simulated WhatsApp know what a customer wrote: opens the reply window and shows the message on the phone. */
export function noteWritten(world: WhatsAppWorld, written: WrittenMessage): void {
  const { phoneNumberId, from, id, message } = written;
  world.customers.wrote(phoneNumberId, from, id, world.now());
  const text = isObject(message['text']) ? textAt(message['text'], 'body') : undefined;
  world.events.publish({
    type: 'written',
    phoneNumberId,
    customer: from.waId ?? from.userId,
    messageId: id,
    messageType: message.type,
    text,
    body: message,
  });
}
