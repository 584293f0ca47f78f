import { type Db, maybeRow, rows } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { type ContactRef, ContactWithConversations, selectContacts } from './contact.ts';

export type ContactFilter = {
  /** Part of a name, a username or an address, in any case. */
  search?: string | undefined;
  /** A whole address; a phone number may be written as people do. */
  address?: string | undefined;
};

/** The newest first, those whose id is before `before`. */
export function listContacts(
  tx: Db,
  wanted: { userId: string; limit: number; before: string | undefined; filter: ContactFilter },
): Promise<ContactWithConversations[]> {
  const { search, address } = wanted.filter;
  return rows(
    tx,
    ContactWithConversations,
    `${selectContacts}
      where c.user_id = $1
        and ($2::text is null or c.contact_id < $2)
        and ($3::text is null
             or strpos(lower(concat_ws(E'\\n', c.name, c.username)), lower($3)) > 0
             or exists (select from contact_identities x
                         where x.user_id = c.user_id and x.contact_id = c.contact_id
                           and strpos(lower(x.address), lower($3)) > 0))
        and ($4::text[] is null
             or c.contact_id in (select x.contact_id from contact_identities x
                                  where x.user_id = $1 and x.address = any ($4)))
      order by c.contact_id desc
      limit $5`,
    [
      wanted.userId,
      wanted.before ?? null,
      search ?? null,
      address === undefined ? null : [address, digitsOf(address)],
      wanted.limit,
    ],
  );
}

/** A phone number as it is stored; anything else stays what it is. */
function digitsOf(address: string): string {
  return /^\+?[\d\s().-]+$/.test(address) ? address.replaceAll(/\D/g, '') : address;
}

/** Throws NotFound. */
export async function getContact(tx: Db, wanted: ContactRef): Promise<ContactWithConversations> {
  const contact = await maybeRow(
    tx,
    ContactWithConversations,
    `${selectContacts} where c.user_id = $1 and c.contact_id = $2`,
    [wanted.userId, wanted.contactId],
  );
  if (contact === undefined) throw new NotFound('contact');
  return contact;
}
