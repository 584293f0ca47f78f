import { findPhoneNumbersInText } from 'libphonenumber-js';
import { speaksToMachine } from './evidence-rules.ts';
import type { LeadMessage } from './lead-message.ts';
import type { Reading } from './reading.ts';

/** How to reach a customer, as far as it is known. */
export type ContactDetails = { email: string | null; phone: string | null };

const emailPattern =
  /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/giu;
/** The longest address that mail knows (RFC 5321). */
const longestEmail = 254;
/** What is searched of one message: noise may be long, an address is not. */
const searchedCharacters = 20_000;

/**
 * Finds the customer's e-mail and phone by code, in what the customer wrote. The model only says whose an
 * address is; an address that it spells and the customer did not write is nobody's. The newest counts.
 * `profilePhone` is the number that the customer writes from, with its plus sign.
 */
export function contactDetails(given: {
  messages: LeadMessage[];
  reading: Pick<Reading, 'emails' | 'phones'>;
  profilePhone: string | null;
}): ContactDetails {
  const texts = given.messages
    .filter(({ from, text }) => from === 'customer' && !speaksToMachine(text))
    .map(({ text }) => text.slice(0, searchedCharacters));
  const others = new Set(
    given.reading.emails
      .filter(({ whose }) => whose === 'someone_else')
      .map(({ address }) => address.trim().toLowerCase()),
  );
  const emails = texts.flatMap(emailsIn).filter((email) => !others.has(email.toLowerCase()));
  return { email: emails.at(-1) ?? null, phone: phoneOf(texts, given) };
}

/** Every e-mail address in a text, as it is written there. */
export function emailsIn(text: string): string[] {
  return [...text.matchAll(emailPattern)]
    .map(([address]) => address.replace(/^[.'-]+/, ''))
    .filter((address) => address.length <= longestEmail);
}

function phoneOf(
  texts: string[],
  { reading, profilePhone }: Parameters<typeof contactDetails>[0],
): string | null {
  const own = new Set(
    reading.phones
      .filter(({ whose }) => whose === 'customer')
      .map(({ number }) => number.replace(/\D/g, '')),
  );
  const others = new Set(
    reading.phones
      .filter(({ whose }) => whose === 'someone_else')
      .map(({ number }) => number.replace(/\D/g, '')),
  );
  const found = texts
    .flatMap((text) => phonesIn(text, profilePhone))
    .filter(({ international, written }) => !others.has(international) && !others.has(written));
  // A number in the text is where the customer wants to be called, if it is said to be theirs or nothing else is known.
  const chosen = found.findLast(
    ({ international, written }) =>
      profilePhone === null || own.has(international) || own.has(written),
  );
  return chosen === undefined ? profilePhone : `+${chosen.international}`;
}

function phonesIn(
  text: string,
  profilePhone: string | null,
): { international: string; written: string }[] {
  const country =
    profilePhone === null ? undefined : findPhoneNumbersInText(profilePhone)[0]?.number.country;
  return findPhoneNumbersInText(text, country).map(({ number, startsAt, endsAt }) => ({
    international: number.number.replace(/\D/g, ''),
    written: text.slice(startsAt, endsAt).replace(/\D/g, ''),
  }));
}
