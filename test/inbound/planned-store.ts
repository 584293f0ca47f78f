import { expect } from '@jest/globals';
import {
  accountKey,
  conversationKey,
  type InboundFacts,
  messageKey,
} from '../../src/inbound/inbound-facts.ts';
import type { InboundPlan } from '../../src/inbound/inbound-plan.ts';

type StoredConversation = {
  conversationId: string;
  customerPhone: string;
  /** The provider's ids, in the order of their numbers. */
  messages: string[];
};

/** What plans wrote, kept as the database's keys would keep it; a plan that breaks a key fails the test. */
export type PlannedStore = {
  facts(): InboundFacts;
  write(plan: InboundPlan): void;
  conversations(): StoredConversation[];
  contacts(): string[];
};

/** An empty store in which each of these accounts has an agent of its own, all of one tenant. */
export function plannedStore(accountIds: string[]): PlannedStore {
  const contacts = new Set<string>();
  const people = new Map<string, string>();
  const conversations = new Map<string, StoredConversation>();
  return {
    facts: () => ({
      accounts: new Map(accountIds.map(accountFacts)),
      people: new Map(
        [...people].map(([key, contactId]) => [
          key,
          { contactId, name: 'Ana', isNamedByHand: false, username: null, isProfileOld: false },
        ]),
      ),
      conversations: new Map(conversations),
      echoes: new Map(),
      erased: { people: new Map(), conversations: new Set() },
      storedMessages: new Set(
        [...conversations.values()].flatMap(({ conversationId, messages }) =>
          messages.map((id) => messageKey(conversationId, id)),
        ),
      ),
    }),
    write(plan) {
      for (const { contact_id } of plan.contacts) {
        expect(contacts.has(contact_id)).toBe(false);
        contacts.add(contact_id);
      }
      writeIdentities(plan, { contacts, people });
      for (const delta of plan.conversations) {
        expect(contacts).toContain(delta.contact_id);
        writeConversation(plan, delta, conversations);
      }
      const planned = new Set(plan.messages.map(({ message_id }) => message_id));
      expect(planned.size).toBe(plan.conversations.reduce((sum, { added }) => sum + added, 0));
      expect(plan.attachments.filter(({ message_id }) => !planned.has(message_id))).toEqual([]);
    },
    conversations: () => [...conversations.values()],
    contacts: () => [...contacts],
  };
}

function accountFacts(accountId: string) {
  const facts = {
    userId: 'usr_1',
    phoneNumberId: `phn_${accountId}`,
    agentId: `agt_${accountId}`,
    quietMs: null,
    answersComments: false,
    takeoverMinutes: null,
  };
  return [accountKey({ platform: 'whatsapp', accountId }), facts] as const;
}

function writeIdentities(
  plan: InboundPlan,
  { contacts, people }: { contacts: Set<string>; people: Map<string, string> },
): void {
  for (const { user_id, kind, address, contact_id, moves } of plan.identities) {
    const key = `${user_id} ${kind} ${address}`;
    expect({ key, isKnown: people.has(key) }).toEqual({ key, isKnown: moves });
    expect(contacts).toContain(contact_id);
    people.set(key, contact_id);
  }
}

function writeConversation(
  plan: InboundPlan,
  delta: InboundPlan['conversations'][number],
  conversations: Map<string, StoredConversation>,
): void {
  const key = conversationKey(delta.agent_id, delta.contact_id);
  const existing = conversations.get(key);
  expect(delta.is_new).toBe(existing === undefined);
  const mine = plan.messages
    .filter((one) => one.agent_id === delta.agent_id && one.contact_id === delta.contact_id)
    .sort((one, other) => one.ordinal - other.ordinal);
  expect(mine.map(({ ordinal }) => ordinal)).toEqual(mine.map((_, index) => index + 1));
  expect(mine).toHaveLength(delta.added);
  expect(Math.max(delta.owes, delta.answers)).toBeLessThanOrEqual(delta.added);
  const messages = [
    ...(existing?.messages ?? []),
    ...mine.map(({ platform_message_id }) => platform_message_id),
  ];
  expect(messages).toHaveLength(new Set(messages).size);
  conversations.set(key, {
    conversationId: delta.conversation_id,
    customerPhone: delta.customer_phone,
    messages,
  });
}
