import { z } from 'zod';
import { OptionalName, OptionalText } from '../fields.ts';
import type { ContactAddress, Customer } from '../inbound-event.ts';

/** `CC.` and up to 128 letters and digits, or `CC.ENT.` for a parent (business-scoped user ids, 2026-06-29). */
const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]{1,252}$/;

/** A country code and a number in any notation that people use: digits, spaces, brackets, hyphens, dots. */
const PHONE = /^\+?[\d\s().-]{3,40}$/;

const Contact = z.object({
  wa_id: OptionalText,
  user_id: OptionalText,
  profile: z.object({ name: OptionalName, username: OptionalName }).optional().catch(undefined),
});

const Contacts = z.array(z.unknown()).catch([]);

type Contact = z.infer<typeof Contact>;

/** The `contacts` of one change, to be found by phone or by business-scoped id. */
export type ContactBook = { byAddress: ReadonlyMap<string, Contact>; only: Contact | undefined };

/** Reads `value.contacts`; entries that cannot be read are passed over, for a name is not worth a message. */
export function contactBook(contacts: unknown): ContactBook {
  const byAddress = new Map<string, Contact>();
  const read = Contacts.parse(contacts).flatMap((entry) => {
    const result = Contact.safeParse(entry);
    return result.success ? [result.data] : [];
  });
  for (const contact of read) {
    for (const address of addressesOf(contact.wa_id, contact.user_id)) {
      byAddress.set(address.address, contact);
    }
  }
  return { byAddress, only: read.length === 1 ? read[0] : undefined };
}

/**
 * Who the addresses of a message belong to, the phone first: sent to both, WhatsApp takes the phone. Undefined when
 * nothing names the customer. A message without any address is that of the only contact beside it.
 */
export function customerOf(
  book: ContactBook,
  ...named: (string | undefined)[]
): Customer | undefined {
  const own = addressesOf(...named);
  const contact =
    own.length === 0
      ? book.only
      : own.map(({ address }) => book.byAddress.get(address)).find((found) => found !== undefined);
  const [first, ...others] = distinct([...own, ...addressesOf(contact?.wa_id, contact?.user_id)]);
  if (first === undefined) {
    return undefined;
  }
  const name = contact?.profile?.name;
  const username = contact?.profile?.username;
  return {
    addresses: [first, ...others],
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
  };
}

/** A phone number as digits, or a business-scoped user id as it is; undefined for anything else. */
export function addressOf(value: string | undefined): ContactAddress | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (USER_ID.test(value)) {
    return { kind: 'whatsapp_user_id', address: value };
  }
  const digits = PHONE.test(value) ? value.replace(/\D/g, '') : '';
  return digits.length < 3 ? undefined : { kind: 'phone', address: digits };
}

function addressesOf(...values: (string | undefined)[]): ContactAddress[] {
  return values.map(addressOf).filter((address) => address !== undefined);
}

function distinct(addresses: ContactAddress[]): ContactAddress[] {
  const seen = new Map(addresses.map((address) => [address.address, address]));
  return [...seen.values()].sort((one, other) => rank(one) - rank(other));
}

function rank(address: ContactAddress): number {
  return address.kind === 'phone' ? 0 : 1;
}
