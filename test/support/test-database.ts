import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type DatabaseRole, urlForRole } from '../../src/lib/database-roles.ts';
import { createPool, type Pool } from '../../src/lib/db.ts';
import { testVault } from './test-vault.ts';

/** A database of its own, cloned from the migrated template. */
export type TestDatabase = {
  ownerUrl: string;
  /** Superuser access, to look and to arrange; bypasses row level security. */
  owner: Pool;
  pool(role: DatabaseRole): Pool;
  drop(): Promise<void>;
};

/** Clones the template; `drop` closes every pool and removes the database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env['TEST_POSTGRES_URL'];
  if (serverUrl === undefined) throw new Error('the tests need their global setup');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name} template rapport_template`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const ownerUrl = url.toString();
  const pools: Pool[] = [];
  const open = (poolUrl: string): Pool => {
    const pool = createPool({
      url: poolUrl,
      maxConnections: 8,
      applicationName: 'test',
      onError: () => {},
    });
    pools.push(pool);
    return pool;
  };
  return {
    ownerUrl,
    owner: open(ownerUrl),
    pool: (role) => open(urlForRole(ownerUrl, role, testVault)),
    async drop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await onServer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
