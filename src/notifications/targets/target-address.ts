import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { z } from 'zod';
import { InvalidRequest } from '../../lib/http/http-errors.ts';
import type { NotifierKind } from '../notifier.ts';

/** An address as it is used, and as it may be shown. */
export type TargetAddress = { address: string; shown: string };

/** Reads what somebody gave as the address of a target of this kind. Throws InvalidRequest. */
export function readTargetAddress(kind: NotifierKind, given: string): TargetAddress {
  switch (kind) {
    case 'email':
      return readEmail(given);
    case 'whatsapp':
      return readPhone(given);
    case 'slack':
    case 'teams':
    case 'webhook':
      return readUrl(kind, given);
  }
}

const Email = z.email().max(254);

function readEmail(given: string): TargetAddress {
  const read = Email.safeParse(given.trim());
  if (!read.success) throw wrongAddress('is no e-mail address');
  return { address: read.data, shown: read.data };
}

function readPhone(given: string): TargetAddress {
  const phone = parsePhoneNumberFromString(given);
  if (phone === undefined || !phone.isValid()) {
    throw wrongAddress('is no phone number with its country code, such as +351 912 345 678');
  }
  return { address: phone.number, shown: phone.formatInternational() };
}

function readUrl(kind: NotifierKind, given: string): TargetAddress {
  const url = URL.parse(given.trim());
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.hostname === '') {
    throw wrongAddress('is no https or http address');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrongAddress('has a name or password in it; use one without');
  }
  url.hash = '';
  return { address: url.toString(), shown: shownUrl(kind, url) };
}

/** Whoever knows the address of a Slack or Teams hook can post there; a webhook may have a key in its query. */
function shownUrl(kind: NotifierKind, url: URL): string {
  if (kind !== 'webhook') return `${url.origin}/…`;
  const shown = `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
  return shown.length > 500 ? `${shown.slice(0, 499)}…` : shown;
}

function wrongAddress(message: string): InvalidRequest {
  return new InvalidRequest([{ in: 'body', field: 'address', message }]);
}
