import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../errors.ts';
import { clearLeftovers } from './leftovers.ts';
import { type PostgresServer, type ServerOptions, startServer, stopServer } from './server.ts';

const firstPauseMs = 50;
const longestPauseMs = 5_000;
const settledAfterMs = 60_000;

/** Starts Postgres again on the same port whenever it ends before `stop`, after pauses that grow while it keeps ending. */
export class PostgresKeeper {
  private server: PostgresServer;
  private readonly options: ServerOptions;
  private readonly stopping = new AbortController();
  private starting: Promise<void> = Promise.resolve();
  private failures = 0;

  constructor(options: ServerOptions, server: PostgresServer) {
    this.options = options;
    this.server = server;
    this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting;
    await stopServer(this.server.child);
  }

  private watch(): void {
    const { child } = this.server;
    const settled = setTimeout(() => {
      this.failures = 0;
    }, settledAfterMs).unref();
    child.once('exit', (code, signal) => {
      clearTimeout(settled);
      if (this.stopping.signal.aborted) return;
      this.options.log(`Postgres ended (${signal ?? `exit code ${code}`}) and is started again`);
      this.starting = this.startAgain();
    });
  }

  private async startAgain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const pauseMs = Math.min(firstPauseMs * 2 ** this.failures, longestPauseMs);
      this.failures += 1;
      await sleep(pauseMs, undefined, { ref: false, signal }).catch(errorText);
      if (signal.aborted) return;
      const fault = await this.startOnce();
      if (fault === undefined) return;
      this.options.log(`Postgres could not be started again: ${fault}`);
    }
  }

  private async startOnce(): Promise<string | undefined> {
    try {
      await clearLeftovers(this.options.cluster, this.options.log);
      const result = await startServer(this.options, this.server.port, this.stopping.signal);
      if (!result.started) return result.logged;
      this.server = result.server;
      this.watch();
      this.options.log('Postgres is back');
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }
}
