import { z } from 'zod';
import type { ChannelAccount, ContactAddress, InboundEvent } from '../channels/inbound-event.ts';
import type { Pool } from '../lib/db.ts';
import { type EchoFacts, readEchoFacts } from './echo-facts.ts';
import type { ErasedFacts } from './erased-facts.ts';

/** A tenant's account that an event came in on. `agentId` is null when no active agent answers there. */
export type AccountFacts = {
  userId: string;
  phoneNumberId: string;
  agentId: string | null;
  quietMs: number | null;
  takeoverMinutes: number | null;
  /** The agent answers what people write in public below something of the business. */
  answersComments: boolean;
};

export type PersonFacts = {
  contactId: string;
  name: string | null;
  isNamedByHand: boolean;
  username: string | null;
  /** Nobody has asked for a while who they are. */
  isProfileOld: boolean;
};

export type ConversationFacts = { conversationId: string; customerPhone: string };

/** What the database knows about the accounts, people and messages that a batch of events names. */
export type InboundFacts = {
  accounts: Map<string, AccountFacts>;
  people: Map<string, PersonFacts>;
  conversations: Map<string, ConversationFacts>;
  /** Messages already stored, by conversation and the provider's id. */
  storedMessages: Set<string>;
  /** Echoes that may be of our own sends. */
  echoes: Map<string, EchoFacts>;
  erased: ErasedFacts;
};

/** The key of an account in the facts. */
export const accountKey = (account: ChannelAccount): string =>
  `${account.platform} ${account.accountId}`;
/** The key of a person's address in the facts. */
export const personKey = (userId: string, address: ContactAddress): string =>
  `${userId} ${address.kind} ${address.address}`;
/** The key of an active conversation in the facts. */
export const conversationKey = (agentId: string, contactId: string): string =>
  `${agentId} ${contactId}`;
/** The key of a stored message in the facts. */
export const messageKey = (conversationId: string, providerMessageId: string): string =>
  `${conversationId} ${providerMessageId}`;

const FactRow = z.object({
  platform: z.string(),
  accountId: z.string(),
  kind: z.string().nullable(),
  address: z.string().nullable(),
  messageId: z.string().nullable(),
  userId: z.string(),
  phoneNumberId: z.string(),
  agentId: z.string().nullable(),
  quietMs: z.number().nullable(),
  takeoverMinutes: z.number().nullable(),
  answersComments: z.boolean(),
  contactId: z.string().nullable(),
  name: z.string().nullable(),
  isNamedByHand: z.boolean().nullable(),
  username: z.string().nullable(),
  isProfileOld: z.boolean(),
  conversationId: z.string().nullable(),
  customerPhone: z.string().nullable(),
  isStored: z.boolean(),
});

/** How long a profile is taken for what it was: people change their usernames. */
const profileDays = 30;

/**
 * Reads, in one statement, what is known about everything that these events name. Each limit keeps the planner
 * to a look-up by the whole key, also when it planned while the tables were small.
 */
export async function readInboundFacts(
  receiver: Pool,
  events: InboundEvent[],
): Promise<InboundFacts> {
  const wanted = events.flatMap(wantedOf);
  const facts: InboundFacts = {
    accounts: new Map(),
    people: new Map(),
    conversations: new Map(),
    storedMessages: new Set(),
    echoes: new Map(),
    erased: { people: new Map(), conversations: new Set() },
  };
  if (wanted.length === 0) return facts;
  const result = await receiver.query({
    name: 'inbound_facts',
    text: `select w.platform, w.account_id as "accountId", w.kind, w.address,
                  w.message_id as "messageId",
                  p.user_id as "userId", p.id as "phoneNumberId", a.agent_id as "agentId",
                  (a.settings ->> 'quietMs')::float8 as "quietMs",
                  (a.settings ->> 'takeoverMinutes')::float8 as "takeoverMinutes",
                  coalesce(a.settings ->> 'commentReplies' = 'private', false) as "answersComments",
                  i.contact_id as "contactId", t.name, t.username,
                  t.is_named_by_hand as "isNamedByHand",
                  coalesce(t.is_profile_old, false) as "isProfileOld",
                  c.conversation_id as "conversationId", c.customer_phone as "customerPhone",
                  m.message_id is not null as "isStored"
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
               as w (platform, account_id, kind, address, message_id)
             join phone_numbers p
               on p.platform = w.platform and p.meta_phone_number_id = w.account_id
             left join agents a on a.phone_number_id = p.id and a.is_active
             left join lateral (
               select x.contact_id from contact_identities x
                where x.user_id = p.user_id and x.kind = w.kind and x.address = w.address
                limit 1) i on true
             left join lateral (
               select x.name, x.username, x.is_named_by_hand,
                      x.profile_due_at is null
                        and coalesce(x.profile_asked_at < now() - interval '${profileDays} days', true)
                        as is_profile_old
                 from contacts x
                where x.user_id = p.user_id and x.contact_id = i.contact_id
                limit 1) t on true
             left join lateral (
               select x.conversation_id, x.customer_phone from conversations x
                where x.agent_id = a.agent_id and x.contact_id = i.contact_id and x.is_active
                limit 1) c on true
             left join lateral (
               select x.message_id from messages x
                where x.conversation_id = c.conversation_id
                  and x.platform_message_id = w.message_id
                limit 1) m on true`,
    values: [
      wanted.map(({ account }) => account.platform),
      wanted.map(({ account }) => account.accountId),
      wanted.map(({ address }) => address?.kind ?? null),
      wanted.map(({ address }) => address?.address ?? null),
      wanted.map(({ messageId }) => messageId ?? null),
    ],
  });
  for (const row of result.rows) addFact(facts, FactRow.parse(row));
  // Last: a message of ours that is stored under the id of an echo is then known as ours.
  facts.echoes = await readEchoFacts(receiver, events);
  return facts;
}

type Wanted = {
  account: ChannelAccount;
  address?: ContactAddress;
  messageId?: string | undefined;
};

function wantedOf(event: InboundEvent): Wanted[] {
  switch (event.type) {
    case 'message':
    case 'comment':
      return event.from.addresses.map((address) => ({
        account: event.account,
        address,
        messageId: event.providerMessageId,
      }));
    case 'echo':
      return event.to.addresses.map((address) => ({
        account: event.account,
        address,
        messageId: event.providerMessageId,
      }));
    case 'reaction':
    case 'edit':
    case 'revoke':
      return event.from.addresses.map((address) => ({
        account: event.account,
        address,
        messageId: event.targetProviderMessageId,
      }));
    case 'identity_change':
      return [event.previous, event.current].map((address) => ({
        account: event.account,
        address,
      }));
    case 'status':
      return [{ account: event.account, ...(event.seenBy && { address: event.seenBy }) }];
    case 'call':
      return [{ account: event.account }];
    case 'account_notice':
    case 'unknown':
      return [];
  }
}

function addFact(facts: InboundFacts, row: z.infer<typeof FactRow>): void {
  facts.accounts.set(`${row.platform} ${row.accountId}`, {
    userId: row.userId,
    phoneNumberId: row.phoneNumberId,
    agentId: row.agentId,
    quietMs: row.quietMs,
    takeoverMinutes: row.takeoverMinutes,
    answersComments: row.answersComments,
  });
  if (row.contactId === null || row.kind === null || row.address === null) return;
  facts.people.set(`${row.userId} ${row.kind} ${row.address}`, {
    contactId: row.contactId,
    name: row.name,
    isNamedByHand: row.isNamedByHand ?? false,
    username: row.username,
    isProfileOld: row.isProfileOld,
  });
  if (row.conversationId === null || row.customerPhone === null || row.agentId === null) return;
  facts.conversations.set(conversationKey(row.agentId, row.contactId), {
    conversationId: row.conversationId,
    customerPhone: row.customerPhone,
  });
  if (row.isStored && row.messageId !== null) {
    facts.storedMessages.add(messageKey(row.conversationId, row.messageId));
  }
}
