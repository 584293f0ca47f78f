import {
  createPostgresBackend,
  type PostgresConnectionOptions,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { batched } from '../lib/batch.ts';
import { waitAtMost } from '../lib/clock.ts';
import { createPool, type Pool } from '../lib/db.ts';
import { errorText, PermanentError } from '../lib/errors.ts';
import type { Log, LogFields } from '../lib/log.ts';
import {
  type Enqueue,
  handleJob,
  isJobName,
  type JobGroup,
  type JobHandlers,
  jobGroups,
  jobs,
} from './catalog.ts';
import { createLocalJobs, type RunJob } from './local-jobs.ts';
import { type Hint, mergedHints } from './merged-hints.ts';

/** Where jobs wait: the tables of BullMQ in Postgres, or a Redis. */
export type QueueLocation = { postgresUrl: string } | { redisUrl: string };

/** A process's end of the queues. */
export interface JobQueues {
  enqueue: Enqueue;
  /** Starts taking jobs of a group; `handlers` must have one for each of its jobs. */
  work(group: JobGroup, handlers: JobHandlers): void;
  /** Jobs of each group that wait to be taken. */
  waiting(): Promise<Record<string, number>>;
  /** Takes no more jobs and waits `graceMs` at most for those being handled: what they leave, the sweep finds. */
  stopWorking(graceMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Reports trouble, until the queues are closed: then losing a connection is no news. */
type QueueLog = (message: string, fields: LogFields) => void;

const concurrency = 16;
const queuePrefix = 'rapport';
const closeMs = 500;

/** Opens the queues; BullMQ reconnects by itself. `enqueue` rejects when it could not add its job. */
export function openJobQueues(options: { location: QueueLocation; log: Log }): JobQueues {
  const { location } = options;
  let isClosing = false;
  const log: QueueLog = (message, fields) => {
    if (!isClosing) options.log.warn(message, fields);
  };
  const connections = openConnections(location, log);
  const queues = new Map(jobGroups.map((group) => [group, connections.queue(group)]));
  const workers: OpenWorker[] = [];
  const local = createLocalJobs({ maxRunning: concurrency });
  const add = batched<Hint, undefined>({
    maxItems: 500,
    maxConcurrent: 1,
    // While the queue is away hints are dropped: the database knows what is owed, and the sweep looks there.
    maxWaiting: 10_000,
    run: async (hints) => {
      await Promise.all(
        mergedHints(hints).map((hint) => {
          const queue = queues.get(jobs[hint.name].group);
          return queue?.add(hint.name, hint.payload, jobOptions(hint));
        }),
      );
      return hints.map(() => undefined);
    },
  });

  return {
    async enqueue(name, payload, delayMs = 0) {
      const hint = { name, payload, delayMs };
      const here = local.take(hint);
      if (here === undefined) {
        await add(hint);
        return;
      }
      here.catch(async (error: unknown) => {
        if (error instanceof UnrecoverableError)
          log('job failed', { job: name, error: error.message });
        else await add(hint).catch(ignoreLostHint);
      });
    },
    work(group, handlers) {
      const run: RunJob = (job) => handle(handlers, job.name, job.data);
      local.serve(group, run);
      workers.push(connections.worker(group, run));
    },
    async waiting() {
      const counts = [...queues].map(async ([group, queue]) => {
        return [
          group,
          await queue.getJobCountByTypes('waiting', 'delayed', 'prioritized'),
        ] as const;
      });
      return Object.fromEntries(await Promise.all(counts));
    },
    async stopWorking(graceMs) {
      const closed = workers.map((worker) => worker.close());
      await waitAtMost(graceMs, Promise.all([local.stop(), ...closed]));
    },
    async close() {
      isClosing = true;
      // A job that hangs at a provider keeps its worker, and so its connection, from closing.
      await waitAtMost(closeMs, Promise.all(workers.map((worker) => worker.close())));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await waitAtMost(closeMs, connections.close());
    },
  };
}

/** Creates BullMQ's tables in schema `bullmq` and lets the jobs role use them, and make a sequence for each queue. Safe to repeat. */
export async function migrateJobTables(owner: pg.ClientBase): Promise<void> {
  await runMigrations(owner);
  await owner.query(`
    grant usage, create on schema bullmq to rapport_jobs;
    grant select, insert, update, delete on all tables in schema bullmq to rapport_jobs;
    grant usage, select, update on all sequences in schema bullmq to rapport_jobs;
    grant execute on all functions in schema bullmq to rapport_jobs;
    set search_path to public`);
}

type OpenQueue = {
  add(name: string, payload: unknown, options: ReturnType<typeof jobOptions>): Promise<unknown>;
  getJobCountByTypes(...types: ('waiting' | 'delayed' | 'prioritized')[]): Promise<number>;
  close(): Promise<void>;
};

type OpenWorker = { close(): Promise<void> };

type Connections = {
  queue(group: JobGroup): OpenQueue;
  worker(group: JobGroup, run: RunJob): OpenWorker;
  close(): Promise<void>;
};

function openConnections(location: QueueLocation, log: QueueLog): Connections {
  if ('redisUrl' in location) return redisConnections(location.redisUrl, log);
  const pool = createPool({
    url: location.postgresUrl,
    maxConnections: 12,
    applicationName: 'rapport jobs',
    onError: (error) => log('job queue lost a connection', { error: errorText(error) }),
    // A job is a hint that the sweep can replace, so its commit need not wait for the disk.
    settings: { search_path: 'bullmq', synchronous_commit: 'off' },
  });
  // Each queue and each worker listens for its errors.
  pool.setMaxListeners(4 * jobGroups.length);
  return postgresConnections(pool, log);
}

function postgresConnections(pool: Pool, log: QueueLog): Connections {
  if (!isBackendPool(pool)) throw new Error('the job queue needs a pool of pg');
  const base = { connection: pool, prefix: queuePrefix };
  return {
    queue: (group) => {
      const queue = new Queue(group, base, createPostgresBackend);
      queue.on('error', reportQueue(log, group));
      return queue;
    },
    worker: (group, run) => {
      const worker = new Worker(group, run, { ...base, concurrency }, createPostgresBackend);
      worker.on('error', reportQueue(log, group));
      worker.on('failed', reportJob(log));
      return worker;
    },
    close: () => pool.end(),
  };
}

function redisConnections(redisUrl: string, log: QueueLog): Connections {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  connection.on('error', (error) => log('Redis error', { error: errorText(error) }));
  const base = { connection, prefix: queuePrefix };
  return {
    queue: (group) => {
      const queue = new Queue(group, base);
      queue.on('error', reportQueue(log, group));
      return queue;
    },
    worker: (group, run) => {
      const worker = new Worker(group, run, { ...base, concurrency });
      worker.on('error', reportQueue(log, group));
      worker.on('failed', reportJob(log));
      return worker;
    },
    close: async () => connection.disconnect(),
  };
}

/** BullMQ takes a pool of pg, though its types for one are not quite those of pg. */
function isBackendPool(pool: unknown): pool is PostgresConnectionOptions {
  return pool instanceof pg.Pool;
}

/** The database knows what is owed: the sweep finds it. */
function ignoreLostHint(): void {}

function reportQueue(log: QueueLog, group: JobGroup): (error: Error) => void {
  return (error) => log('job queue error', { group, error: errorText(error) });
}

function reportJob(log: QueueLog): (job: { name: string } | undefined, error: Error) => void {
  return (job, error) => log('job failed', { job: job?.name, error: errorText(error) });
}

function jobOptions({ name, delayMs }: Hint) {
  return {
    removeOnComplete: true,
    removeOnFail: { count: 1_000 },
    attempts: jobs[name].attempts,
    backoff: { type: 'exponential', delay: 500 },
    ...(delayMs > 0 ? { delay: delayMs } : {}),
  };
}

async function handle(handlers: JobHandlers, name: string, data: unknown): Promise<void> {
  if (!isJobName(name)) throw new UnrecoverableError(`no such job: ${name}`);
  try {
    await handleJob(handlers, name, data);
  } catch (error) {
    if (error instanceof PermanentError) throw new UnrecoverableError(errorText(error));
    throw error;
  }
}
