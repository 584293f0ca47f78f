import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateJobTables } from '../../src/jobs/bullmq.ts';
import { startEmbeddedPostgres } from '../../src/lib/embedded-postgres.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { testVault } from './test-vault.ts';

const templateName = 'rapport_template';

/** Starts one Postgres for all test files, with a migrated template database that each file clones. */
async function globalSetup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => {},
    // The tests are about what survives a process, not a power cut.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '400' },
  });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${templateName}`);
  await admin.end();
  const templateUrl = new URL(postgres.url);
  templateUrl.pathname = `/${templateName}`;
  await migrate({
    ownerUrl: templateUrl.toString(),
    vault: testVault,
    migrateJobs: migrateJobTables,
  });
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  Object.assign(globalThis, { rapportTestPostgres: { postgres, dataDir } });
}

export { globalSetup as default };
