import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../error-code.ts';
import { errorText, PermanentError } from '../errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import { isFreePort } from './free-port.ts';
import { guardPostgres } from './guard.ts';
import { type Account, programEnvironment } from './run-program.ts';
import { embeddedPostgresSettings } from './settings.ts';

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
const lookEveryMs = 15;
const maxRefusals = 40;

/**
 * Starts Postgres on the port and waits until it takes connections, however long its recovery lasts. It ends
 * with us, and when `signal` is aborted before it is ready.
 */
export async function startServer(
  options: ServerOptions,
  port: number,
  signal?: AbortSignal,
): Promise<StartResult> {
  const child = await spawnServer(options, port);
  let refusals = 0;
  for (let looks = 1; !hasEnded(child); looks += 1) {
    const answer = await ask(options, port);
    if (answer === 'ready') return { started: true, server: { child, port } };
    // A server of somebody else's may answer on this port until ours finds it taken and ends.
    if (answer === 'refused') refusals += 1;
    if (refusals > maxRefusals || signal?.aborted === true) break;
    if (looks % 700 === 0) options.log('Postgres is not ready yet, probably recovering');
    await sleep(lookEveryMs);
  }
  await stopServer(child);
  if (refusals > maxRefusals) {
    throw new PostgresNotStarted(
      `the database in ${options.cluster} has another superuser password than the one kept with it`,
    );
  }
  const logged = (await readFile(options.logFile, 'utf8')).slice(-1500).trim();
  if (!(await isFreePort(port))) return { started: false, because: 'port_taken', logged };
  const because = logged.includes('is still in use') ? 'leftover_memory' : 'ended';
  return { started: false, because, logged };
}

/** Ends it by fast shutdown, then without a checkpoint, then by force; none of these loses a committed row. */
export async function stopServer(child: ChildProcess): Promise<void> {
  const steps = [
    { signal: 'SIGINT', waitMs: 5_000 },
    { signal: 'SIGQUIT', waitMs: 1_500 },
    { signal: 'SIGKILL', waitMs: 1_500 },
  ] as const;
  child.ref();
  for (const { signal, waitMs } of steps) {
    if (hasEnded(child)) return;
    child.kill(signal);
    await once(child, 'exit', { signal: AbortSignal.timeout(waitMs) }).catch(errorText);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function spawnServer(options: ServerOptions, port: number): Promise<ChildProcess> {
  const { binaries, account, cluster, logFile } = options;
  const settings = { ...embeddedPostgresSettings, ...options.settings, port: String(port) };
  const settingArgs = Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const written = await stat(logFile).catch(() => undefined);
  if (written !== undefined && written.size > maxLogBytes) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  try {
    // Its own process group: a terminal's Ctrl-C must reach us first, or work in hand could not be given back.
    const child = spawn(binaries.postgres, ['-D', cluster, ...settingArgs], {
      ...account,
      cwd: '/',
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    if (child.pid !== undefined) {
      const guard = guardPostgres(child.pid, account);
      child.once('exit', guard.dismiss);
    }
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

async function ask(options: ServerOptions, port: number): Promise<'ready' | 'not_yet' | 'refused'> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: options.password,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', errorText);
  try {
    await client.connect();
    const result = await client.query({ text: 'show data_directory', rowMode: 'array' });
    return result.rows[0]?.[0] === options.cluster ? 'ready' : 'refused';
  } catch (error) {
    return errorCode(error) === '28P01' ? 'refused' : 'not_yet';
  } finally {
    await client.end().catch(errorText);
  }
}
