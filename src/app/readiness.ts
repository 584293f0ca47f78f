import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { sleep } from '../lib/clock.ts';
import { type Pool, rows } from '../lib/db.ts';

/** A part without which this process should get no requests, and what is the matter with it. */
export type Fault = { part: 'process' | 'database' | 'migrations'; because: string };

/** Tells what keeps this process from being ready; nothing means it is. */
export type CheckReadiness = () => Promise<Fault[]>;

export type ReadinessDeps = {
  /** Of rapport_sweeper, which may read which migrations were run. */
  sweeper: Pool;
  isStopping: () => boolean;
  /** A database that has not answered by then counts as away. */
  timeoutMs?: number;
};

const migrationsDir = new URL('../../migrations', import.meta.url);
const MigrationRow = z.object({ name: z.string() });

/** Ready means: not stopping, the database answers, and it has every migration of this version. */
export function createReadiness(deps: ReadinessDeps): CheckReadiness {
  const { sweeper, isStopping, timeoutMs = 2_000 } = deps;
  return async () => {
    if (isStopping()) return [{ part: 'process', because: 'it is stopping' }];
    const asked = new AbortController();
    try {
      return await Promise.race([
        migrationFaults(sweeper),
        sleep(timeoutMs, asked.signal).then(() => databaseAway(`no answer in ${timeoutMs} ms`)),
      ]);
    } catch {
      // What went wrong in the database is for the log of the pool, not for whoever asks.
      return databaseAway('it does not answer');
    } finally {
      asked.abort();
    }
  };
}

async function migrationFaults(sweeper: Pool): Promise<Fault[]> {
  const ran = await rows(sweeper, MigrationRow, 'select name from schema_migrations');
  const names = new Set(ran.map(({ name }) => name));
  const missing = (await migrationNames()).filter((name) => !names.has(name));
  if (missing.length === 0) return [];
  return [{ part: 'migrations', because: `not run yet: ${missing.join(', ')}` }];
}

/** The migrations that this version brings, in order. */
async function migrationNames(): Promise<string[]> {
  const files = await readdir(migrationsDir);
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort();
}

function databaseAway(because: string): Fault[] {
  return [{ part: 'database', because }];
}
