import { z } from 'zod';
import type { ChannelAccount, ContactAddress, InboundEvent } from '../channels/inbound-event.ts';
import { addressHashes } from '../contacts/erased-addresses.ts';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { accountKey, type InboundFacts, personKey } from './inbound-facts.ts';

const ErasedRow = z.object({ key: z.string(), erasedAt: z.date().nullable() });

/** What is known of people whom nobody knows any more. */
export type ErasedFacts = {
  /** When whoever has an address was erased, by the key of the person. */
  people: Map<string, Date>;
  /** Ids that were conversations of erased people: no conversation may have one again. */
  conversations: Set<string>;
};

/**
 * Reads which of the people that nobody knows were erased lately. After the other facts, so that whoever is erased
 * between the two is found either there or here.
 */
export async function readErasedFacts(
  deps: { receiver: Pool; vault: Pick<Vault, 'deriveAll'> },
  events: InboundEvent[],
  facts: InboundFacts,
): Promise<ErasedFacts> {
  const erased: ErasedFacts = { people: new Map(), conversations: new Set() };
  const wanted = events.flatMap((event) => strangersOf(deps.vault, event, facts));
  if (wanted.length === 0) return erased;
  const result = await deps.receiver.query({
    name: 'erased_facts',
    text: `select w.key, e.erased_at as "erasedAt"
             from unnest($1::text[], $2::text[], $3::text[]) as w (key, user_id, address_hash)
             join erased_addresses e
               on e.user_id = w.user_id and e.address_hash = w.address_hash
            union all
           select c.conversation_id, null
             from erased_conversations c where c.conversation_id = any ($4::text[])`,
    values: [
      wanted.map(({ key }) => key),
      wanted.map(({ userId }) => userId),
      wanted.map(({ hash }) => hash),
      wanted.flatMap(({ conversationId }) =>
        conversationId === undefined ? [] : [conversationId],
      ),
    ],
  });
  for (const row of result.rows) {
    const { key, erasedAt } = ErasedRow.parse(row);
    if (erasedAt === null) erased.conversations.add(key);
    else erased.people.set(key, erasedAt);
  }
  return erased;
}

type Stranger = {
  key: string;
  userId: string;
  hash: string;
  conversationId: string | undefined;
};

function strangersOf(
  vault: Pick<Vault, 'deriveAll'>,
  event: InboundEvent,
  facts: InboundFacts,
): Stranger[] {
  const named = whoIsNamed(event);
  const userId = named && facts.accounts.get(accountKey(named.account))?.userId;
  if (named === undefined || userId === undefined) return [];
  const isKnown = named.addresses.some((address) => facts.people.has(personKey(userId, address)));
  if (isKnown) return [];
  return named.addresses.flatMap((address) =>
    addressHashes(vault, userId, address).map((hash) => ({
      key: personKey(userId, address),
      userId,
      hash,
      conversationId: event.type === 'message' ? event.newConversationId : undefined,
    })),
  );
}

function whoIsNamed(
  event: InboundEvent,
): { account: ChannelAccount; addresses: ContactAddress[] } | undefined {
  switch (event.type) {
    case 'message':
    case 'comment':
    case 'reaction':
    case 'edit':
    case 'revoke':
      return { account: event.account, addresses: event.from.addresses };
    case 'echo':
      return { account: event.account, addresses: event.to.addresses };
    default:
      return undefined;
  }
}
