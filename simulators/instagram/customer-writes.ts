import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../lib/json.ts';
import { sampleFile } from '../meta/sample-files.ts';
import { writeComment } from './comments.ts';
import { cdnPath } from './paths.ts';
import {
  customerEvent,
  type EventFacts,
  echoEvent,
  envelopeShapes,
  instagramEnvelope,
} from './payloads.ts';
import type { InstagramWorld } from './world.ts';

/** An event of a customer, or of a person of the business in Instagram's app, ready to be posted. */
export type WrittenEvent = { id: string; accountId: string; customer: string; payload: JsonObject };

/** Makes a webhook out of a control request; an error text when it names no account or customer. */
export function writeEvent(world: InstagramWorld, body: JsonObject): WrittenEvent | string {
  const accountId = textAt(body, 'accountId');
  const customer = textAt(objectAt(body, 'from'), 'id');
  if (accountId === undefined) return 'accountId is missing';
  if (customer === undefined) return 'from needs an id';
  const kind = textAt(body, 'kind') ?? 'message';
  const id = textAt(body, 'id') ?? world.newId('aWdfZAG1faXRlbToyOklH');
  const facts: EventFacts = {
    accountId,
    customer,
    atMs: numberAt(body, 'timestamp') ?? world.now(),
  };
  if (kind === 'comment') {
    const payload = writeComment(world, { id, facts, body });
    return { id, accountId, customer, payload };
  }
  const event = eventOf(world, kind, id, facts, body);
  if (event === undefined) return `there is no kind ${kind}`;
  const shape = envelopeShapes.find((one) => one === body['shape']) ?? 'messaging';
  const payload = instagramEnvelope(accountId, [event], { shape, timeMs: facts.atMs });
  return { id, accountId, customer, payload };
}

function eventOf(
  world: InstagramWorld,
  kind: string,
  id: string,
  facts: EventFacts,
  body: JsonObject,
): JsonObject | undefined {
  const target = textAt(body, 'targetId') ?? id;
  const text = textAt(body, 'text');
  switch (kind) {
    case 'message':
      return customerEvent(facts, { message: messageOf(world, id, body) });
    case 'echo':
      return echoEvent(facts, messageOf(world, id, body));
    case 'quick_reply':
      return customerEvent(facts, {
        message: { mid: id, text, quick_reply: { payload: textAt(body, 'payload') ?? '' } },
      });
    case 'postback':
      return customerEvent(facts, {
        postback: { mid: id, title: text, payload: textAt(body, 'payload') ?? '' },
      });
    case 'reaction':
      return customerEvent(facts, { reaction: reactionOf(target, textAt(body, 'emoji')) });
    case 'edit':
      return customerEvent(facts, { message_edit: { mid: target, text, num_edit: '1' } });
    case 'unsend':
      return customerEvent(facts, { message: { mid: target, is_deleted: true } });
    case 'read':
      return customerEvent(facts, { read: { mid: target } });
    case 'referral':
      return customerEvent(facts, { referral: objectAt(body, 'referral') });
    default:
      return undefined;
  }
}

function reactionOf(mid: string, emoji: string | undefined): JsonObject {
  return emoji === undefined
    ? { mid, action: 'unreact' }
    : { mid, action: 'react', reaction: 'other', emoji };
}

/** A text, files of any number, or both; `message` holds raw members of any kind. */
function messageOf(world: InstagramWorld, id: string, body: JsonObject): JsonObject {
  const text = textAt(body, 'text');
  const attachments = objectsAt(body, 'attachments').map((one) => attachmentOf(world, body, one));
  return {
    mid: id,
    ...(text === undefined ? {} : { text }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(isObject(body['story']) ? { reply_to: { story: storyOf(world, body) } } : {}),
    ...objectAt(body, 'message'),
  };
}

/** A story of the account that the simulator keeps, for a customer to answer. */
function storyOf(world: InstagramWorld, body: JsonObject): JsonObject {
  const shown = attachmentOf(world, body, { type: 'image', ...objectAt(body, 'story') });
  return { id: world.newId('story'), ...objectAt(shown, 'payload') };
}

/** An attachment as given, or a file of its type that the simulator keeps. */
function attachmentOf(world: InstagramWorld, body: JsonObject, one: JsonObject): JsonObject {
  if (one['payload'] !== undefined) return one;
  const type = textAt(one, 'type') ?? 'image';
  const sample = sampleFile(type === 'file' ? 'document' : type, textAt(one, 'transcript'));
  const base64 = textAt(one, 'base64');
  const stored = world.media.put({
    bytes: base64 === undefined ? sample.bytes : Buffer.from(base64, 'base64'),
    mimeType: textAt(one, 'mimeType') ?? sample.mimeType,
  });
  const host = textAt(body, 'mediaHost') ?? world.settings.mediaHost;
  const url = `${host}${cdnPath}?${world.media.downloadQuery(stored.id, world.now())}`;
  return { type, payload: { url } };
}
