import { z } from 'zod';
import { OptionalId, OptionalName, OptionalRecord, ProviderId, present, read } from '../fields.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { type EventContext, unknownEvent } from './event-context.ts';

const Edit = z.object({ mid: ProviderId, text: z.string() });

const Reaction = z.object({
  mid: ProviderId,
  action: z.enum(['react', 'unreact']),
  reaction: OptionalName,
  emoji: OptionalName,
});

const Postback = z.object({
  mid: OptionalId,
  title: z.string().catch(''),
  payload: z.string().optional().catch(undefined),
  referral: OptionalRecord,
});

const Referral = z.record(z.string(), z.unknown());

const Seen = z.object({ mid: ProviderId });

/** The names that Instagram gives to reactions, for an event without the emoji itself. */
const emojis = new Map([
  ['love', '❤️'],
  ['smile', '😆'],
  ['wow', '😮'],
  ['sad', '😢'],
  ['angry', '😠'],
  ['like', '👍'],
  ['dislike', '👎'],
]);

/** The customer wrote another text in the place of an earlier one; what it was about is not told again. */
export function readEdit(context: EventContext): InboundEvent[] {
  const reading = read('edit', Edit, context.event['message_edit']);
  if (!reading.ok || context.isOurs) {
    return [unknownEvent(context, reading.ok ? 'the business edited a message' : reading.reason)];
  }
  const { mid, text } = reading.value;
  return [
    {
      type: 'edit',
      ...byCustomer(context, mid),
      targetProviderMessageId: mid,
      content: { text },
    },
  ];
}

/** The customer reacted to a message, or took that back. */
export function readReaction(context: EventContext): InboundEvent[] {
  const reading = read('reaction', Reaction, context.event['reaction']);
  if (!reading.ok || context.isOurs) {
    return [unknownEvent(context, reading.ok ? 'the business reacted' : reading.reason)];
  }
  const { mid, action, reaction, emoji } = reading.value;
  const shown = emoji ?? emojis.get(reaction ?? '') ?? reaction;
  return [
    {
      type: 'reaction',
      ...byCustomer(context, mid),
      targetProviderMessageId: mid,
      emoji: action === 'unreact' ? null : shown || '❤️',
    },
  ];
}

/** The customer tapped a button, an ice breaker, or an entry of the menu. */
export function readPostback(context: EventContext): InboundEvent[] {
  const reading = read('postback', Postback, context.event['postback']);
  if (!reading.ok || context.isOurs) {
    return [unknownEvent(context, reading.ok ? 'postback of the business' : reading.reason)];
  }
  const { mid, title, payload, referral } = reading.value;
  return [
    {
      type: 'message',
      ...byCustomer(context, mid ?? madeUpId('postback', context)),
      content: { type: 'button', text: title, details: present({ payload }), media: [] },
      expectsReply: !context.isStandby,
      ...(referral === undefined ? {} : { referral }),
    },
  ];
}

/** The customer came by an ad or a link, and has said nothing yet: something to know, nothing to answer. */
export function readReferral(context: EventContext): InboundEvent[] {
  const reading = read('referral', Referral, context.event['referral']);
  if (!reading.ok || context.isOurs) {
    return [unknownEvent(context, reading.ok ? 'referral of the business' : reading.reason)];
  }
  return [
    {
      type: 'message',
      ...byCustomer(context, madeUpId('referral', context)),
      content: { type: 'system', text: '', details: { kind: 'referral' }, media: [] },
      expectsReply: false,
      referral: reading.value,
    },
  ];
}

/** The customer has seen our messages up to this one. */
export function readSeen(context: EventContext): InboundEvent[] {
  const reading = read('seen', Seen, context.event['read']);
  if (!reading.ok || context.isOurs) {
    return [unknownEvent(context, reading.ok ? 'seen by the business' : reading.reason)];
  }
  const { account, customer: seenBy, at } = context;
  return [
    {
      type: 'status',
      account,
      providerMessageId: reading.value.mid,
      status: 'read',
      includesEarlier: true,
      seenBy,
      at,
    },
  ];
}

function byCustomer({ account, customer, at }: EventContext, providerMessageId: string) {
  const addresses: [typeof customer] = [customer];
  return { account, providerMessageId, from: { addresses }, sentAt: at };
}

/** An id for what comes without one: the same each time that it is delivered. */
function madeUpId(kind: string, { customer, at }: EventContext): string {
  return `${kind}.${customer.address.slice(0, 200)}.${at.getTime()}`;
}
