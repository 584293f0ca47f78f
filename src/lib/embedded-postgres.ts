import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresAccount } from './embedded-postgres/account.ts';
import { postgresBinaries } from './embedded-postgres/binaries.ts';
import {
  clusterHome,
  clusterIn,
  makeCluster,
  notedHome,
  superuserPassword,
} from './embedded-postgres/cluster.ts';
import { lockDataDir } from './embedded-postgres/data-dir-lock.ts';
import { freePort, isFreePort } from './embedded-postgres/free-port.ts';
import { PostgresKeeper } from './embedded-postgres/keeper.ts';
import { clearLeftovers } from './embedded-postgres/leftovers.ts';
import {
  PostgresNotStarted,
  type PostgresServer,
  type ServerOptions,
  startServer,
} from './embedded-postgres/server.ts';
import { defaultSharedFolders } from './embedded-postgres/shared-folder.ts';
import { errorText } from './errors.ts';

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
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const locks = [await lockDataDir(dataDir)];
  const release = async () => {
    for (const lock of locks) await lock.release();
  };
  try {
    const prepared = await prepare({ ...options, dataDir }, async (folder) => {
      if (folder !== dataDir) locks.push(await lockDataDir(folder));
    });
    return await run(prepared, options.port, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function prepare(
  options: EmbeddedPostgresOptions,
  lock: (folder: string) => Promise<void>,
): Promise<ServerOptions> {
  const { dataDir, log, settings = {}, sharedFolders = defaultSharedFolders } = options;
  const account = await postgresAccount(clusterIn((await notedHome(dataDir)) ?? dataDir));
  const binaries = await postgresBinaries({ account, sharedFolders, log });
  const home = await clusterHome({ dataDir, account, sharedFolders, log });
  // A copy of the data folder has a note that names the same home.
  await lock(home);
  const password = await superuserPassword(dataDir);
  const isDurable = settings['fsync'] !== 'off';
  const result = await makeCluster({ home, binaries, account, password, isDurable });
  const cluster = clusterIn(home);
  if (result === 'made') log(`made a PostgreSQL data folder in ${cluster}`);
  await clearLeftovers(cluster, log);
  const logFile = join(dataDir, 'postgres.log');
  return { binaries, account, cluster, password, logFile, settings, log };
}

async function run(
  options: ServerOptions,
  port: number | undefined,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const server = await startOnSomePort(options, port);
  const keeper = new PostgresKeeper(options, server);
  let stopped: Promise<void> | undefined;
  try {
    const url = await databaseUrl(options.password, server.port);
    const stopOnce = async () => {
      await keeper.stop();
      await release();
    };
    const stop = () => {
      stopped ??= stopOnce();
      return stopped;
    };
    return { url, stop };
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}

async function startOnSomePort(
  options: ServerOptions,
  wanted: number | undefined,
): Promise<PostgresServer> {
  let port = wanted !== undefined && (await isFreePort(wanted)) ? wanted : await freePort();
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
