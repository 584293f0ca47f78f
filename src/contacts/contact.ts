import { z } from 'zod';
import { Timestamp } from '../lib/http/fields.ts';

/** One way in which a channel reaches a contact. */
const Identity = z.object({ kind: z.string(), address: z.string() });

/** A person who writes to a tenant, as the API shows them. */
export const Contact = z.object({
  contactId: z.string(),
  name: z.string().nullable(),
  /** Whether the business gave the name; what their channel tells then changes nothing. */
  isNamedByHand: z.boolean(),
  username: z.string().nullable(),
  identities: z.array(Identity),
  /** When something was last said in any of their conversations. */
  lastMessageAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type Contact = z.infer<typeof Contact>;

/** A contact with the conversations that were had with them, those with the newest messages first. */
export const ContactWithConversations = Contact.extend({ conversationIds: z.array(z.string()) });
export type ContactWithConversations = z.infer<typeof ContactWithConversations>;

/** Names one contact of one tenant. */
export type ContactRef = { userId: string; contactId: string };

/** Selects a ContactWithConversations from `contacts c`. */
export const selectContacts = `
  select c.contact_id as "contactId", c.name, c.is_named_by_hand as "isNamedByHand", c.username,
         coalesce(i.identities, '[]') as identities, v.last_message_at as "lastMessageAt",
         c.created_at as "createdAt", coalesce(v.conversation_ids, '{}') as "conversationIds"
    from contacts c
    left join lateral (
      select json_agg(json_build_object('kind', x.kind, 'address', x.address)
                      order by x.created_at, x.kind, x.address) as identities
        from contact_identities x
       where x.user_id = c.user_id and x.contact_id = c.contact_id) i on true
    left join lateral (
      select max(x.last_message_at) as last_message_at,
             array_agg(x.conversation_id
                       order by x.last_message_at desc, x.conversation_id desc) as conversation_ids
        from conversations x
       where x.user_id = c.user_id and x.contact_id = c.contact_id) v on true`;
