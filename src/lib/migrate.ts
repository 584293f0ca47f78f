import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { setRolePasswords } from './database-roles.ts';
import type { Vault } from './encryption.ts';

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));
const lockKey = 7_236_452_011;

/** Names of the migrations this version brings, in order. */
export type MigrateOptions = {
  ownerUrl: string;
  vault: Vault;
  /** Creates what the job queue needs in the same database, as the owner. */
  migrateJobs: (owner: pg.ClientBase) => Promise<void>;
};

/**
 * Brings the database to this version. Many processes may call it at once: one works, the others wait
 * for it on an advisory lock. Answers the names of the migrations that were run.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: options.ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    const ran = await runner({
      dbClient: client,
      dir: migrationsDir,
      direction: 'up',
      migrationsTable: 'schema_migrations',
      noLock: true,
      checkOrder: true,
      log: () => {},
    });
    await options.migrateJobs(client);
    await grantMigrationLog(client);
    await setRolePasswords(client, options.ownerUrl, options.vault);
    return ran.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function grantMigrationLog(client: pg.ClientBase): Promise<void> {
  await client.query('grant select on schema_migrations to rapport_sweeper');
}
