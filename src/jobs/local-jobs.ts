import type { JobGroup } from './catalog.ts';
import { jobs } from './catalog.ts';
import type { Hint } from './merged-hints.ts';

/** Runs one job, as a worker of its group does. */
export type RunJob = (job: { name: string; data: unknown }) => Promise<void>;

/** The hands of this process, for jobs that are due now. */
export interface LocalJobs {
  /** From now on jobs of the group can be run here. */
  serve(group: JobGroup, run: RunJob): void;
  /** Runs a job here if its group is served and a hand is free; undefined when the queue has to carry it. */
  take(hint: Hint): Promise<void> | undefined;
  /** Takes nothing more, and resolves when nothing runs. */
  stop(): Promise<void>;
}

/**
 * A job is a hint, and the shortest way for a hint is none: a process that works on a group runs what it
 * asks for itself. What is more than `maxRunning`, or due later, goes through the queue to whoever is free.
 */
export function createLocalJobs(options: { maxRunning: number }): LocalJobs {
  const served = new Map<JobGroup, RunJob>();
  const running = new Set<Promise<void>>();
  let isStopped = false;
  return {
    serve: (group, run) => {
      served.set(group, run);
    },
    take: (hint) => {
      const run = served.get(jobs[hint.name].group);
      if (run === undefined || isStopped || hint.delayMs > 0) return undefined;
      if (running.size >= options.maxRunning) return undefined;
      const job = run({ name: hint.name, data: hint.payload }).finally(() => {
        running.delete(job);
      });
      running.add(job);
      return job;
    },
    async stop() {
      isStopped = true;
      await Promise.allSettled(running);
    },
  };
}
