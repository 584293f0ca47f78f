import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorText, PermanentError } from './errors.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type Account, programEnvironment } from './run-program.ts';

/** Postgres ended before it took connections, or does not know our password. */
export class PostgresNotStarted extends PermanentError {
  override readonly code = 'postgres.not_started';
}

export type ServerOptions = {
  binaries: PostgresBinaries;
  account: Account | undefined;
  cluster: string;
  password: string;
  logFile: string;
  settings: Readonly<Record<string, string>>;
  log: (message: string) => void;
};

/** A Postgres that takes connections on 127.0.0.1. */
export type PostgresServer = { child: ChildProcess; port: number };

export type StartResult =
  | { started: true; server: PostgresServer }
  | { started: false; because: 'port_taken' | 'leftover_memory' | 'ended'; logged: string };

const maxLogBytes = 10 * 1024 * 1024;

/** Starts Postgres on the port and waits until it takes connections, however long its recovery lasts. */
export async function startServer(options: ServerOptions, port: number): Promise<StartResult> {
  const child = await spawnServer(options, port);
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  try {
    for (let looks = 1; !hasEnded; looks += 1) {
      if (await takesConnections(options.password, port))
        return { started: true, server: { child, port } };
      if (looks % 500 === 0) options.log('Postgres is still recovering');
      await sleep(20);
    }
  } catch (error) {
    child.kill('SIGINT');
    throw error;
  }
  const logged = (await readFile(options.logFile, 'utf8')).slice(-1500).trim();
  if (!(await isFree(port))) return { started: false, because: 'port_taken', logged };
  const because = logged.includes('is still in use') ? 'leftover_memory' : 'ended';
  return { started: false, because, logged };
}

/** Ends it by fast shutdown, then without a checkpoint, then by force; each of these loses no committed row. */
export async function stopServer(child: ChildProcess): Promise<void> {
  const steps = [
    { signal: 'SIGINT', waitMs: 5_000 },
    { signal: 'SIGQUIT', waitMs: 2_000 },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ] as const;
  for (const { signal, waitMs } of steps) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([once(child, 'exit'), sleep(waitMs, undefined, { ref: true })]);
  }
}

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Whether a server could listen on the port of 127.0.0.1 just now. */
export async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

async function spawnServer(options: ServerOptions, port: number): Promise<ChildProcess> {
  const { binaries, account, cluster, logFile } = options;
  const written = await stat(logFile).catch(() => undefined);
  if (written !== undefined && written.size > maxLogBytes) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  const settings = Object.entries({ ...defaults, ...options.settings, port: String(port) });
  try {
    // Its own process group: a terminal's Ctrl-C must reach us first, or work in hand could not be given back.
    const child = spawn(
      binaries.postgres,
      ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...account,
        cwd: '/',
        env: programEnvironment,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Good for two cores and a few GB of memory; durability is spelled out because everything rests on it. */
const defaults: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_buffers: '16MB',
  min_wal_size: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  autovacuum_naptime: '15s',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
};

const notYet = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P03',
  '57P01',
  '53300',
]);

async function takesConnections(password: string, port: number): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', errorText);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string' || notYet.has(code)) return false;
    throw new PostgresNotStarted(`Postgres refuses our connection: ${errorText(error)}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(errorText);
  }
}
