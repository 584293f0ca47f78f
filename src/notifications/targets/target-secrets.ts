import { randomBytes } from 'node:crypto';
import type { NotifierKind } from '../notifier.ts';

/** A secret that signs what goes to a webhook, as Standard Webhooks writes it; 192 random bits. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/** What stands in the address of a notification's buttons; 192 bits that nobody can guess. */
export function newOpenToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * What a provider said without what must not be shown of a target: the parts of a hook's address that let
 * anybody post there, and a signing secret.
 */
export function withoutSecrets(
  text: string,
  target: { kind: NotifierKind; address: string; secret: string | null },
): string {
  const hidden = [...secretParts(target.kind, target.address), target.secret ?? ''];
  return hidden
    .filter((part) => part.length >= minSecretLength)
    .reduce((left, part) => left.replaceAll(part, '[hidden]'), text);
}

/** What is shorter is a word such as `services`, and no secret. */
const minSecretLength = 9;

function secretParts(kind: NotifierKind, address: string): string[] {
  const url = URL.parse(address);
  if (kind === 'email' || kind === 'whatsapp' || url === null) return [];
  const path = kind === 'webhook' ? [] : [url.pathname, ...url.pathname.split('/')];
  const values = [...url.searchParams.values()];
  return [...path, url.search, ...values, ...values.map(encodeURIComponent)];
}
