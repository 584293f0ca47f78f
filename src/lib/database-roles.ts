import pg from 'pg';
import type { Vault } from './encryption.ts';
import { errorText } from './errors.ts';

/** The roles rapport connects as; none may bypass row level security (migrations/0001_roles.sql). */
export const databaseRoles = [
  'rapport_app',
  'rapport_receiver',
  'rapport_sweeper',
  'rapport_admin',
  'rapport_jobs',
] as const;

export type DatabaseRole = (typeof databaseRoles)[number];

/** The owner's URL as another role, with the password that the installation's key gives that role. */
export function urlForRole(ownerUrl: string, role: DatabaseRole, vault: Vault): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = vault.derive(`database role ${role}`);
  return url.toString();
}

/**
 * Lets each role log in with its derived password. Roles belong to the whole Postgres server, so one
 * that can already log in is left alone: other databases of the same installation may be starting too.
 */
export async function setRolePasswords(
  owner: pg.ClientBase,
  ownerUrl: string,
  vault: Vault,
): Promise<void> {
  for (const role of databaseRoles) {
    if (await canLogIn(urlForRole(ownerUrl, role, vault))) continue;
    const password = pg.escapeLiteral(vault.derive(`database role ${role}`));
    await owner.query(`alter role ${role} with login password ${password}`);
  }
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (errorText(error).includes('password') || errorText(error).includes('not permitted')) {
      return false;
    }
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
