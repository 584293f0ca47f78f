import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/instagram/', import.meta.url);

/** One provider payload, by the name of its file. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

export const fixtureNames: readonly string[] = readdirSync(folder).map((file) =>
  file.replace(/\.json$/, ''),
);

export const account = { platform: 'instagram', accountId: '17841400000000001' };
export const customer = { kind: 'instagram_user_id', address: '17840000000000042' };

/** A webhook with these events. */
export function webhook(...messaging: unknown[]): unknown {
  return { object: 'instagram', entry: [{ id: account.accountId, time: 1, messaging }] };
}

/** An event of the customer's with these members. */
export function byCustomer(members: Record<string, unknown>): Record<string, unknown> {
  return {
    sender: { id: customer.address },
    recipient: { id: account.accountId },
    timestamp: 1_793_700_000_123,
    ...members,
  };
}
