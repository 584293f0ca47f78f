import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/whatsapp/', import.meta.url);

/** One provider payload, by the name of its file. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

export const fixtureNames: readonly string[] = readdirSync(folder).map((file) =>
  file.replace(/\.json$/, ''),
);

export const account = { platform: 'whatsapp', accountId: '900100200300400' };

/** A webhook with these changes. */
export function webhook(...changes: unknown[]): unknown {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '800100200300400', changes }],
  };
}

/** A webhook with one `messages` change that has these members. */
export function messagesChange(value: Record<string, unknown>): unknown {
  return webhook({
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550100001', phone_number_id: account.accountId },
      ...value,
    },
  });
}

/** A text message, with some members as given. */
export function textMessage(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    from: '15550100042',
    id: 'wamid.TEST==',
    timestamp: '1793700000',
    type: 'text',
    text: { body: 'Hello' },
    ...members,
  };
}
