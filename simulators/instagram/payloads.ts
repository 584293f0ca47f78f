import type { JsonObject } from '../lib/json.ts';

/** The shapes in which Instagram may post the same event. */
export const envelopeShapes = ['messaging', 'changes', 'flat', 'standby'] as const;
export type EnvelopeShape = (typeof envelopeShapes)[number];

/** Who an event is between, and when: milliseconds since 1970. */
export type EventFacts = { accountId: string; customer: string; atMs: number };

/** An event that the customer caused; `content` is its one telling member. */
export function customerEvent({ accountId, customer, atMs }: EventFacts, content: JsonObject) {
  return {
    sender: { id: customer },
    recipient: { id: accountId },
    timestamp: atMs,
    ...content,
  } satisfies JsonObject;
}

/** An event that the business caused, in Instagram's app or through the API. */
export function businessEvent({ accountId, customer, atMs }: EventFacts, content: JsonObject) {
  return {
    sender: { id: accountId },
    recipient: { id: customer },
    timestamp: atMs,
    ...content,
  } satisfies JsonObject;
}

/** The echo of a message of the business. */
export function echoEvent(facts: EventFacts, message: JsonObject): JsonObject {
  return businessEvent(facts, { message: { ...message, is_echo: true } });
}

/** A whole webhook with these events, in one of the four shapes. */
export function instagramEnvelope(
  accountId: string,
  events: JsonObject[],
  options: { shape?: EnvelopeShape; field?: string; timeMs?: number } = {},
): JsonObject {
  const { shape = 'messaging', field = 'messages', timeMs = Date.now() } = options;
  const head = { id: accountId, time: timeMs };
  const asFields = events.map((value) => ({ field, value }));
  switch (shape) {
    case 'messaging':
      return { object: 'instagram', entry: [{ ...head, messaging: events }] };
    case 'changes':
      return { object: 'instagram', entry: [{ ...head, changes: asFields }] };
    case 'flat':
      return { object: 'instagram', entry: asFields.map((change) => ({ ...head, ...change })) };
    case 'standby':
      return { object: 'instagram', entry: [{ ...head, standby: events }] };
  }
}
