import { z } from 'zod';
import { OptionalFlag, ProviderId } from '../fields.ts';
import type { ChannelAccount, InboundEvent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type EventContext, unknownEvent } from './event-context.ts';
import { readComment } from './read-comment.ts';
import { readMessage } from './read-message.ts';
import { readEdit, readPostback, readReaction, readReferral, readSeen } from './read-others.ts';
import { readTime } from './time.ts';

/** What the parts of one entry have in common. */
export type EntryPart = { entryId: unknown; entryTime: unknown; isStandby: boolean };

const Party = z.object({ id: ProviderId });

const Between = z.object({
  sender: Party,
  recipient: Party.optional().catch(undefined),
  message: z.object({ is_echo: OptionalFlag }).optional().catch(undefined),
});

/** The kinds of an event, each under the name of its member. */
const kinds: readonly (readonly [
  name: string,
  reader: (context: EventContext) => InboundEvent[],
])[] = [
  ['message', readMessage],
  ['message_edit', readEdit],
  ['reaction', readReaction],
  ['postback', readPostback],
  ['referral', readReferral],
  ['read', readSeen],
];

/** Fields of what people write in public that nobody here answers. */
const inPublic = new Map([
  ['live_comments', 'a comment on a live broadcast'],
  ['mentions', 'a mention of the account'],
]);

/** One event between an account and a customer. */
export function readMessaging(part: EntryPart, event: unknown): InboundEvent[] {
  const context = isRecord(event) ? contextOf(part, event) : 'malformed event';
  if (typeof context === 'string') {
    return [unknown(part, context, event)];
  }
  if (context.account.accountId === context.customer.address) {
    return [unknownEvent(context, 'the account writes to itself')];
  }
  const found = kinds.filter(([name]) => context.event[name] !== undefined);
  return found.length > 0
    ? found.flatMap(([, reader]) => reader(context))
    : [unknownEvent(context, 'event of no known kind')];
}

/** One `{ field, value }`: an event as above under the name of its field, or something that is no conversation. */
export function readChange(part: EntryPart, change: unknown): InboundEvent[] {
  if (!isRecord(change) || typeof change['field'] !== 'string') {
    return [unknown(part, 'malformed change', change)];
  }
  const { field, value } = change;
  if (isRecord(value) && value['sender'] !== undefined) {
    return readMessaging({ ...part, isStandby: part.isStandby || field === 'standby' }, value);
  }
  if (field === 'comments') {
    return [commentOf(part, change)];
  }
  return [unknown(part, inPublic.get(field) ?? 'field not known', change)];
}

function commentOf(part: EntryPart, change: Record<string, unknown>): InboundEvent {
  const id = ProviderId.safeParse(part.entryId);
  const at = readTime(part.entryTime);
  if (!id.success || at === undefined) {
    return unknown(part, 'malformed comment: entry', change);
  }
  const account: ChannelAccount = { platform: 'instagram', accountId: id.data };
  const comment = readComment({ account, at }, change['value']);
  return typeof comment === 'string' ? unknown(part, comment, change) : comment;
}

function contextOf(part: EntryPart, event: Record<string, unknown>): EventContext | string {
  const between = Between.safeParse(event);
  if (!between.success) {
    return 'malformed event: sender';
  }
  const { sender, recipient, message } = between.data;
  const isOurs = message?.is_echo === true || sender.id === part.entryId;
  const own = isOurs ? sender.id : (recipient?.id ?? part.entryId);
  const customer = isOurs ? recipient?.id : sender.id;
  const accountId = ProviderId.safeParse(own);
  if (!accountId.success || customer === undefined) {
    return 'malformed event: recipient';
  }
  const at = readTime(event['timestamp']) ?? readTime(part.entryTime);
  if (at === undefined) {
    return 'malformed event: timestamp';
  }
  return {
    account: { platform: 'instagram', accountId: accountId.data },
    customer: { kind: 'instagram_user_id', address: customer },
    isOurs,
    isStandby: part.isStandby,
    at,
    event,
  };
}

function unknown({ entryId, entryTime }: EntryPart, reason: string, part: unknown): InboundEvent {
  const id = ProviderId.safeParse(entryId);
  const account: ChannelAccount | undefined = id.success
    ? { platform: 'instagram', accountId: id.data }
    : undefined;
  return {
    type: 'unknown',
    platform: 'instagram',
    ...(account === undefined ? {} : { account }),
    reason,
    payload: { entryId, entryTime, part },
  };
}
