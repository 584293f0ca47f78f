import { z } from 'zod';
import {
  OptionalFlag,
  OptionalId,
  OptionalName,
  OptionalRecord,
  OptionalText,
  ProviderId,
  ProviderTime,
  present,
  read,
} from '../fields.ts';
import type { InboundEvent, MessageContent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';
import { customerOf } from './customer.ts';
import { identityChangesOf, systemAddresses } from './identity.ts';
import { readContent } from './read-content.ts';

const Context = z.object({
  id: OptionalId,
  forwarded: OptionalFlag,
  frequently_forwarded: OptionalFlag,
  referred_product: OptionalRecord,
});

const Message = z.object({
  id: ProviderId,
  timestamp: ProviderTime,
  type: z.string(),
  from: OptionalText,
  from_user_id: OptionalText,
  group_id: OptionalText,
  context: Context.optional().catch(undefined),
  referral: OptionalRecord,
});

const Reaction = z.object({ message_id: ProviderId, emoji: OptionalName });

const Edit = z.object({
  original_message_id: ProviderId,
  message: z.looseObject({ type: z.string(), context: Context.optional().catch(undefined) }),
});

const Revoke = z.object({ original_message_id: ProviderId });

type Message = z.infer<typeof Message>;

type Members = Record<string, unknown>;

/** What every event about a message has. */
type Basics = Pick<
  Extract<InboundEvent, { type: 'reaction' }>,
  'account' | 'providerMessageId' | 'from' | 'sentAt'
>;

/** One entry of `messages` as our events; an entry that cannot be read is one `unknown` event and never throws. */
export function readMessage(context: ChangeContext, entry: unknown): InboundEvent[] {
  const keep = (reason: string): InboundEvent[] => [
    unknownPart(context, reason, { message: entry }),
  ];
  const reading = read('message', Message, entry);
  if (!reading.ok || !isRecord(entry)) {
    return keep(reading.ok ? 'malformed message' : reading.reason);
  }
  const message = reading.value;
  if (message.group_id !== undefined) {
    // An answer would go to one person, in private, who asked in front of others.
    return keep('group message');
  }
  const from = customerOf(
    context.book,
    message.from,
    message.from_user_id,
    ...systemAddresses(entry),
  );
  if (from === undefined) {
    return keep('message from nobody');
  }
  const basics: Basics = {
    account: context.account,
    providerMessageId: message.id,
    from,
    sentAt: message.timestamp,
  };
  const events = eventsOf(basics, message, entry);
  return typeof events === 'string' ? keep(events) : events;
}

/** The events of a message whose sender is known, or the reason why it cannot be read. */
function eventsOf(basics: Basics, message: Message, entry: Members): InboundEvent[] | string {
  switch (message.type) {
    case 'reaction':
      return reaction(basics, entry);
    case 'edit':
      return edit(basics, entry);
    case 'revoke':
      return revoke(basics, entry);
    default:
      return said(basics, message, entry);
  }
}

function said(basics: Basics, message: Message, entry: Members): InboundEvent[] | string {
  const reading = readContent(message.type, entry);
  if (!reading.ok) {
    return reading.reason;
  }
  const content = withContext(reading.value, message.context);
  const replyTo = message.context?.id;
  return [
    {
      type: 'message',
      ...basics,
      content,
      expectsReply: expectsReply(content),
      ...(replyTo === undefined ? {} : { replyToProviderMessageId: replyTo }),
      ...(message.referral === undefined ? {} : { referral: message.referral }),
    },
    ...identityChangesOf(basics, entry),
  ];
}

/** The message's own content with what its `context` says about it. */
function withContext(
  content: MessageContent,
  context: z.infer<typeof Context> | undefined,
): MessageContent {
  if (context === undefined) {
    return content;
  }
  const flags = present({
    forwarded: context.forwarded,
    frequentlyForwarded: context.frequently_forwarded,
    referredProduct: context.referred_product,
  });
  return { ...content, details: { ...content.details, ...flags } };
}

function expectsReply(content: MessageContent): boolean {
  return content.type !== 'system' && content.details['kind'] !== 'call_permission_reply';
}

function reaction(basics: Basics, entry: Members): InboundEvent[] | string {
  const reading = read('reaction', Reaction, entry['reaction']);
  if (!reading.ok) {
    return reading.reason;
  }
  const { message_id: target, emoji } = reading.value;
  // Taken back: the emoji is missing or empty.
  return [{ type: 'reaction', ...basics, targetProviderMessageId: target, emoji: emoji || null }];
}

function edit(basics: Basics, entry: Members): InboundEvent[] | string {
  const reading = read('edit', Edit, entry['edit']);
  if (!reading.ok) {
    return reading.reason;
  }
  const { original_message_id: target, message } = reading.value;
  const content = readContent(message.type, message);
  return content.ok
    ? [
        {
          type: 'edit',
          ...basics,
          targetProviderMessageId: target,
          content: withContext(content.value, message.context),
        },
      ]
    : content.reason;
}

function revoke(basics: Basics, entry: Members): InboundEvent[] | string {
  const reading = read('revoke', Revoke, entry['revoke']);
  return reading.ok
    ? [{ type: 'revoke', ...basics, targetProviderMessageId: reading.value.original_message_id }]
    : reading.reason;
}
