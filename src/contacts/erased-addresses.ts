import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';

/** Meta delivers what it could not for up to a week. */
const keptDays = 8;

/** What stands for an address of somebody erased: without the installation's key nobody finds the address from it. */
export function addressHash(
  vault: Pick<Vault, 'derive'>,
  userId: string,
  { kind, address }: { kind: string; address: string },
): string {
  return vault.derive(purposeOf(userId, kind, address));
}

/** As the address may have been written down, also with a key before the current one. */
export function addressHashes(
  vault: Pick<Vault, 'deriveAll'>,
  userId: string,
  { kind, address }: { kind: string; address: string },
): string[] {
  return vault.deriveAll(purposeOf(userId, kind, address));
}

function purposeOf(userId: string, kind: string, address: string): string {
  return `erased address ${userId} ${kind} ${address}`;
}

/** Forgets that addresses were somebody's who was erased, once nothing can be on its way any more. */
export async function forgetErasedAddresses(sweeper: Pool): Promise<void> {
  await sweeper.query(
    'delete from erased_addresses where erased_at < now() - make_interval(days => $1)',
    [keptDays],
  );
}
