import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { lockDataDir } from './data-dir-lock.ts';
import { errorText } from './errors.ts';
import { postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { clusterHome, clusterIn, makeCluster, superuserPassword } from './postgres-cluster.ts';
import { clearLeftovers } from './postgres-leftovers.ts';
import {
  freePort,
  isFree,
  PostgresNotStarted,
  type PostgresServer,
  type ServerOptions,
  startServer,
  stopServer,
} from './postgres-server.ts';
import { defaultSharedFolders } from './shared-folder.ts';

export type EmbeddedPostgresOptions = {
  dataDir: string;
  /** The port to listen on if it is free; another is taken if not. */
  port?: number;
  log: (message: string) => void;
  /** Server settings that go before ours. */
  settings?: Record<string, string>;
  /** Where root may put what the user of Postgres cannot reach otherwise, best first. */
  sharedFolders?: readonly string[];
};

/** `url` is the superuser's, for the database "rapport"; it stays the same until `stop`, also when Postgres is restarted. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

/**
 * Runs PostgreSQL 18 on the folder `<dataDir>/postgres`, made when it is missing, and keeps it running until
 * `stop`. Throws DataDirInUse when another process does so.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  // Others may pass through a folder that root makes, because Postgres must; what is in it is not for them to list.
  await mkdir(options.dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = await realpath(options.dataDir);
  const lock = await lockDataDir(dataDir);
  try {
    const prepared = await prepare({ ...options, dataDir });
    const server = await startOnSomePort(prepared, options.port);
    const kept = keepRunning(prepared, server);
    try {
      const url = await databaseUrl(prepared.password, server.port);
      const release = () => kept.stop().finally(lock.release);
      let stopped: Promise<void> | undefined;
      return {
        url,
        stop: () => {
          stopped ??= release();
          return stopped;
        },
      };
    } catch (error) {
      await kept.stop();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepare(options: EmbeddedPostgresOptions): Promise<ServerOptions> {
  const { dataDir, log, settings = {}, sharedFolders = defaultSharedFolders } = options;
  const account = await postgresAccount(clusterIn(dataDir));
  const binaries = await postgresBinaries({ account, sharedFolders, log });
  const home = await clusterHome({ dataDir, account, sharedFolders, log });
  const password = await superuserPassword(dataDir);
  const isDurable = settings['fsync'] !== 'off';
  const result = await makeCluster({ home, binaries, account, password, isDurable });
  const cluster = clusterIn(home);
  if (result === 'made') log(`made a PostgreSQL data folder in ${cluster}`);
  await clearLeftovers(cluster, log);
  const logFile = join(dataDir, 'postgres.log');
  return { binaries, account, cluster, password, logFile, settings, log };
}

async function startOnSomePort(
  options: ServerOptions,
  wanted: number | undefined,
): Promise<PostgresServer> {
  let port = wanted !== undefined && (await isFree(wanted)) ? wanted : await freePort();
  for (let attempt = 1; ; attempt += 1) {
    const result = await startServer(options, port);
    if (result.started) return result.server;
    if (result.because === 'ended' || attempt === 8) {
      throw new PostgresNotStarted(
        `Postgres ended before it took connections. The end of ${options.logFile}:\n${result.logged}`,
      );
    }
    if (result.because === 'port_taken') port = await freePort();
    else await sleep(100 * 2 ** attempt);
  }
}

/** Starts it again whenever it ends before `stop`, and does not leave it behind when we exit without `stop`. */
function keepRunning(options: ServerOptions, first: PostgresServer): { stop(): Promise<void> } {
  let child = first.child;
  let isStopping = false;
  let restart = Promise.resolve();
  const interruptNow = () => {
    child.kill('SIGINT');
  };
  const watch = () => {
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      options.log(
        `Postgres ended unexpectedly (${signal ?? `exit code ${code}`}); starting it again`,
      );
      restart = startAgain();
    });
  };
  const startAgain = async () => {
    for (let failures = 0; !isStopping; failures += 1) {
      await sleep(Math.min(50 * 2 ** failures, 5_000), undefined, { ref: false });
      if (isStopping) return;
      const because = await startOnce();
      if (because === undefined) return;
      options.log(`Postgres could not be started again: ${because}`);
    }
  };
  const startOnce = async (): Promise<string | undefined> => {
    try {
      await clearLeftovers(options.cluster, options.log);
      const result = await startServer(options, first.port);
      if (!result.started) return result.logged;
      child = result.server.child;
      if (isStopping) return undefined;
      watch();
      options.log('Postgres is back');
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  };
  watch();
  process.on('exit', interruptNow);
  return {
    stop: async () => {
      isStopping = true;
      await restart;
      await stopServer(child);
      process.off('exit', interruptNow);
    },
  };
}

async function databaseUrl(password: string, port: number): Promise<string> {
  const server = `postgres://postgres:${password}@127.0.0.1:${port}`;
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  client.on('error', errorText);
  await client.connect();
  try {
    const found = await client.query(`select 1 from pg_database where datname = 'rapport'`);
    if (found.rowCount === 0) await client.query('create database rapport');
  } finally {
    await client.end();
  }
  return `${server}/rapport`;
}
