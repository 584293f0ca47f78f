import type { Db } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import type { ContactRef, ContactWithConversations } from './contact.ts';
import { getContact } from './read-contacts.ts';

/**
 * Calls a contact what people call them, whatever their channel tells; null takes that back, and what the channel
 * tells next counts. Throws NotFound.
 */
export async function renameContact(
  tx: Db,
  wanted: ContactRef,
  name: string | null,
): Promise<ContactWithConversations> {
  const renamed = await tx.query(
    `update contacts set name = $3::text, is_named_by_hand = $3::text is not null, updated_at = now()
      where user_id = $1 and contact_id = $2`,
    [wanted.userId, wanted.contactId, name],
  );
  if (renamed.rowCount === 0) throw new NotFound('contact');
  const contact = await getContact(tx, wanted);
  const { contactId, username, conversationIds } = contact;
  await writeEvent(tx, wanted.userId, {
    kind: 'contact',
    payload: { contactId, conversationIds, isErased: false, name, username },
  });
  return contact;
}
