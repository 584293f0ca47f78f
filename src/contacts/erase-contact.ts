import { type Db, type Pool, retryDeadlocks } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { asTenant } from '../lib/tenant.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import type { ContactRef } from './contact.ts';
import { addressHash } from './erased-addresses.ts';
import { isErased, lockPerson, type Person } from './lock-person.ts';

/** Takes away what a part has of a person, in the transaction that erases them; answers how much of what is counted. */
export type Forget = (tx: Db, person: Person) => Promise<{ messages?: number; files?: number }>;

export type EraseDeps = {
  app: Pool;
  vault: Pick<Vault, 'derive'>;
  /** What each part has, in an order that the references between them allow. */
  forget: Forget[];
};

/**
 * Erases a person in one transaction: nothing that tells who they are or what was said stays, but that somebody was
 * erased and what it cost. Once more changes nothing. Throws NotFound for whom there never was.
 */
export async function eraseContact(deps: EraseDeps, ref: ContactRef): Promise<void> {
  // Turns, sends and webhooks under way lock the same rows in their own orders.
  await retryDeadlocks(() => asTenant(deps.app, ref.userId, (tx) => erase(deps, tx, ref)));
}

async function erase({ vault, forget }: EraseDeps, tx: Db, ref: ContactRef): Promise<void> {
  const person = await lockPerson(tx, ref);
  if (person === undefined) {
    if (await isErased(tx, ref)) return;
    throw new NotFound('contact');
  }
  await rememberConversations(tx, person);
  await rememberAddresses(vault, tx, person);
  const counts = { messages: 0, files: 0 };
  for (const forgetPart of forget) {
    const { messages = 0, files = 0 } = await forgetPart(tx, person);
    counts.messages += messages;
    counts.files += files;
  }
  await removeContacts(tx, person);
  await recordErasure(tx, ref, person, counts);
  await writeEvent(tx, ref.userId, {
    kind: 'contact',
    payload: {
      contactId: ref.contactId,
      conversationIds: person.conversationIds,
      isErased: true,
      name: null,
      username: null,
    },
  });
}

async function rememberConversations(tx: Db, person: Person): Promise<void> {
  await tx.query(
    `insert into erased_conversations (conversation_id, user_id, agent_id, began_at)
     select conversation_id, user_id, agent_id, created_at
       from conversations where user_id = $1 and conversation_id = any ($2::text[])`,
    [person.userId, person.conversationIds],
  );
}

async function rememberAddresses(
  vault: EraseDeps['vault'],
  tx: Db,
  { userId, identities }: Person,
): Promise<void> {
  await tx.query(
    `insert into erased_addresses (user_id, address_hash, erased_at)
     select $1, hash, clock_timestamp() from unnest($2::text[]) as hash
     on conflict (user_id, address_hash) do update set erased_at = excluded.erased_at`,
    [userId, identities.map((address) => addressHash(vault, userId, address))],
  );
}

/** Also contacts to whom nothing leads any more: whose addresses and conversations all went to another, maybe to this one. */
async function removeContacts(tx: Db, { userId, contactIds }: Person): Promise<void> {
  await tx.query(
    'delete from contact_identities where user_id = $1 and contact_id = any ($2::text[])',
    [userId, contactIds],
  );
  await tx.query(
    `delete from contacts c
      where c.user_id = $1
        and not exists (select from contact_identities x
                         where x.user_id = $1 and x.contact_id = c.contact_id)
        and not exists (select from conversations x
                         where x.user_id = $1 and x.contact_id = c.contact_id)`,
    [userId],
  );
}

async function recordErasure(
  tx: Db,
  ref: ContactRef,
  { contactIds, conversationIds }: Person,
  counts: { messages: number; files: number },
): Promise<void> {
  await tx.query(
    `insert into erasures (contact_id, user_id, conversations, messages, files)
     select id, $1, case when id = $2 then $4::integer else 0 end,
            case when id = $2 then $5::integer else 0 end,
            case when id = $2 then $6::integer else 0 end
       from unnest($3::text[]) as id
     on conflict (contact_id) do nothing`,
    [ref.userId, ref.contactId, contactIds, conversationIds.length, counts.messages, counts.files],
  );
}
