import { z } from 'zod';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import type { ContactRef } from './contact.ts';

/** All that a tenant has of one person, by its names. */
export type Person = {
  userId: string;
  /** The contact, and those who were the same person under an address that has come to it since. */
  contactIds: string[];
  conversationIds: string[];
  identities: { kind: string; address: string }[];
  usernames: string[];
};

const ConversationRow = z.object({ conversationId: z.string(), contactId: z.string() });
const ContactRow = z.object({ contactId: z.string(), username: z.string().nullable() });
const IdentityRow = z.object({ kind: z.string(), address: z.string() });

/**
 * Locks a person until the transaction ends: whoever would add to them waits, and then finds nobody. Undefined when
 * there is no such contact. Conversations first, as storing what customers wrote locks them, and once more at the end:
 * from the lock of the contact on there is no new one.
 */
export async function lockPerson(tx: Db, ref: ContactRef): Promise<Person | undefined> {
  await lockConversations(tx, ref);
  const own = await lockContacts(tx, ref.userId, [ref.contactId]);
  if (own.length === 0) return undefined;
  const identities = await rows(
    tx,
    IdentityRow,
    `select kind, address from contact_identities where user_id = $1 and contact_id = $2`,
    [ref.userId, ref.contactId],
  );
  const conversations = await lockConversations(tx, ref);
  const others = conversations
    .map(({ contactId }) => contactId)
    .filter((contactId) => contactId !== ref.contactId);
  const contacts = [...own, ...(await lockContacts(tx, ref.userId, [...new Set(others)]))];
  return {
    userId: ref.userId,
    contactIds: contacts.map(({ contactId }) => contactId),
    conversationIds: conversations.map(({ conversationId }) => conversationId),
    identities,
    usernames: contacts.flatMap(({ username }) => (username === null ? [] : [username])),
  };
}

/** With those of contacts without an address, who had one that is this contact's now: see `moveConversations` of inbound. */
function lockConversations(tx: Db, ref: ContactRef): Promise<z.infer<typeof ConversationRow>[]> {
  return rows(
    tx,
    ConversationRow,
    `select c.conversation_id as "conversationId", c.contact_id as "contactId"
       from conversations c
      where c.user_id = $1
        and (c.contact_id = $2
             or c.contact_id in (
               select o.contact_id from conversations o
                where o.user_id = $1
                  and o.customer_phone in (select x.address from contact_identities x
                                            where x.user_id = $1 and x.contact_id = $2)
                  and not exists (select from contact_identities x
                                   where x.user_id = $1 and x.contact_id = o.contact_id)))
      order by c.agent_id, c.contact_id
        for update of c`,
    [ref.userId, ref.contactId],
  );
}

function lockContacts(
  tx: Db,
  userId: string,
  contactIds: string[],
): Promise<z.infer<typeof ContactRow>[]> {
  return rows(
    tx,
    ContactRow,
    `select contact_id as "contactId", username from contacts
      where user_id = $1 and contact_id = any ($2::text[])
      order by contact_id
        for update`,
    [userId, contactIds],
  );
}

/** Whether a tenant has erased this contact before. */
export async function isErased(tx: Db, ref: ContactRef): Promise<boolean> {
  const found = await maybeRow(
    tx,
    z.object({ contactId: z.string() }),
    `select contact_id as "contactId" from erasures where user_id = $1 and contact_id = $2`,
    [ref.userId, ref.contactId],
  );
  return found !== undefined;
}
