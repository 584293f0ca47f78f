import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { migrateJobTables } from '../../src/jobs/bullmq.ts';
import { startEmbeddedPostgres } from '../../src/lib/embedded-postgres.ts';
import type { Vault } from '../../src/lib/encryption.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { floorTable } from '../floor/floor-app.ts';

/** The bench's Postgres: rapport's own embedded one with its durable settings, on a new folder. */
export type BenchPostgres = {
  pid: number;
  dataDir: string;
  version: string;
  settings: Record<string, string>;
  /** Makes a migrated database with the floor's table, and answers its owner's URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
};

const template = 'bench_template';
const shownSettings = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];

/** Starts Postgres under `parentDir`, which should lie on a real disk. */
export async function startBenchPostgres(
  parentDir: string,
  vault: Vault,
  settings: Record<string, string>,
): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(parentDir, 'bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings });
  const admin = new pg.Pool({ connectionString: postgres.url, max: 1 });
  admin.on('error', () => undefined);
  await admin.query(`create database ${template}`);
  const templateUrl = databaseUrl(postgres.url, template);
  await migrate({ ownerUrl: templateUrl, vault, migrateJobs: migrateJobTables });
  await withOwner(templateUrl, async (owner) => {
    await owner.query(floorTable);
  });
  const facts = await serverFacts(admin);
  let made = 0;
  return {
    ...facts,
    dataDir,
    async createDatabase() {
      made += 1;
      await admin.query(`create database bench_${made} template ${template}`);
      return databaseUrl(postgres.url, `bench_${made}`);
    },
    async stop() {
      await admin.end();
      await postgres.stop();
      const elsewhere = await readFile(join(dataDir, 'postgres-is-elsewhere.txt'), 'utf8').catch(
        () => '',
      );
      const home = elsewhere.split('\n')[0] ?? '';
      if (home !== '') await rm(home, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs work on a connection of the owner's. */
export async function withOwner<Result>(
  url: string,
  work: (owner: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

async function serverFacts(
  admin: pg.Pool,
): Promise<Pick<BenchPostgres, 'pid' | 'version' | 'settings'>> {
  const asked = await admin.query(
    `select pg_backend_pid() as pid, current_setting('server_version') as version,
            (select json_object_agg(name, current_setting(name)) from pg_settings where name = any ($1)) as settings`,
    [shownSettings],
  );
  const row: { pid: number; version: string; settings: Record<string, string> } = asked.rows[0];
  const stat = await readFile(`/proc/${row.pid}/status`, 'utf8').catch(() => '');
  return { ...row, pid: Number(/^PPid:\s+(\d+)/m.exec(stat)?.[1] ?? 0) };
}
