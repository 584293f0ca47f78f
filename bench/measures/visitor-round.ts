import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Spread, spread } from '../report/stats.ts';
import type { CpuSeconds } from '../setup/cpu.ts';
import { Nothing } from '../setup/helpers.ts';
import { readMemory } from '../setup/memory.ts';
import type { Listener, Stage } from '../setup/stage.ts';
import {
  type Opened,
  startVisitors,
  type VisitorsProcess,
  type Written,
} from '../setup/visitors.ts';
import { type Contender, countCpu, type Plan, settleDatabase } from './plan.ts';

/** Resident MB by process. */
export type Megabytes = Record<string, number>;

/** What a web chat did for its visitors, and what that took. Times are milliseconds. */
export type VisitorRound = {
  /** From the start of the POST to the first words, less what the model took for them. */
  first: Spread;
  /** From the start of the POST until the model is asked. */
  asked: Spread;
  /** From the model's first word to the visitor's. */
  shown: Spread;
  /** From the start of the POST to the whole answer, less what the model took for it. */
  whole: Spread;
  stored: Spread;
  /** What the model took for its first word, and for all. */
  model: { first: Spread; whole: Spread };
  posted: number;
  lost: number;
  counts: Written['counts'];
  opened: Opened;
  memory: { before: Megabytes; idle: Megabytes; loaded: Record<string, Spread> };
  cpuMicros: CpuSeconds;
};

export const messagesPerSecond = 50;
/** A model that thinks for 300 ms and then writes fifty words a second. */
export const modelSettings = { modelLatencyMs: 300, streamDeltaMs: 20 };
/** Enough to warm everything up, and few enough to leave the memory of the others to be seen. */
const warmUpVisitors = 100;
const idleMs = 3_000;
const sampleMs = 200;

const ModelTimes = z.array(
  z.object({
    number: z.number(),
    askedAtMs: z.number(),
    firstAtMs: z.number(),
    lastAtMs: z.number(),
  }),
);
type ModelTimes = z.infer<typeof ModelTimes>;

/** All visitors of one side: they arrive, follow, are quiet, write, and leave. `begin` is called before they write. */
export async function visitorRound(
  stage: Stage,
  plan: Plan,
  contender: Contender,
  begin: () => Promise<void> = async () => {},
): Promise<VisitorRound> {
  const visitors = startVisitors();
  try {
    await warmUp({ stage, plan, contender, visitors });
    const { listener } = contender;
    const before = await memoryOf(listener);
    const opened = await visitors.follow({ first: plan.visitors });
    if (opened.open !== plan.visitors) throw new Error(`only ${opened.open} streams opened`);
    await sleep(idleMs);
    const idle = await memoryOf(listener);
    await begin();
    await stage.simulators.ask('recordModel', null, Nothing);
    const cpu = await countCpu(stage, listener, visitors.pid);
    const sampling = sampleMemory(listener);
    const written = await visitors.write({
      first: plan.visitors,
      seconds: plan.webchatSeconds,
      perSecond: messagesPerSecond,
    });
    const loaded = await sampling.stop();
    const cpuMicros = await cpu(written.posts.length);
    const times = await stage.simulators.ask('takeModel', null, ModelTimes);
    if (written.refused > 0) throw new Error(`${written.refused} messages were not answered 201`);
    const { lost, counts } = written;
    const memory = { before, idle, loaded };
    return {
      ...timesOf(written, times),
      posted: written.posts.length,
      lost,
      counts,
      opened,
      memory,
      cpuMicros,
    };
  } finally {
    await visitors.stop();
  }
}

async function warmUp(options: {
  stage: Stage;
  plan: Plan;
  contender: Contender;
  visitors: VisitorsProcess;
}): Promise<void> {
  const { stage, plan, contender, visitors } = options;
  const { port } = contender.listener;
  await stage.configure({ port, statuses: false, ...modelSettings });
  const keys = contender.database.tenants.map(({ accountId }) => accountId);
  await visitors.arrive({ port, keys, visitors: plan.visitors });
  const first = Math.min(plan.visitors, warmUpVisitors);
  await visitors.follow({ first });
  const writing = { first, perSecond: messagesPerSecond };
  await visitors.write({ ...writing, seconds: plan.warmUpSeconds });
  await settleDatabase(contender.database);
  // Fresh statistics make every connection plan its statements again.
  await visitors.write({ ...writing, seconds: plan.warmUpSeconds });
  await visitors.leave();
  await sleep(idleMs);
}

/** The times of every message that was answered, beside the model's own. */
function timesOf({ posts }: Written, models: ModelTimes) {
  const modelOf = new Map(models.map((one) => [one.number, one]));
  const whole = posts.flatMap((post) => {
    const model = modelOf.get(post.number);
    return model === undefined || post.answeredAtMs === 0 ? [] : [{ post, model }];
  });
  const each = (read: (one: (typeof whole)[number]) => number): Spread => spread(whole.map(read));
  return {
    first: each(
      ({ post, model }) => post.firstAtMs - post.postedAtMs - (model.firstAtMs - model.askedAtMs),
    ),
    asked: each(({ post, model }) => model.askedAtMs - post.postedAtMs),
    shown: each(({ post, model }) => post.firstAtMs - model.firstAtMs),
    whole: each(
      ({ post, model }) => post.answeredAtMs - post.postedAtMs - (model.lastAtMs - model.askedAtMs),
    ),
    stored: spread(posts.map(({ storedAtMs, postedAtMs }) => storedAtMs - postedAtMs)),
    model: {
      first: each(({ model }) => model.firstAtMs - model.askedAtMs),
      whole: each(({ model }) => model.lastAtMs - model.askedAtMs),
    },
  };
}

async function memoryOf({ processes }: Listener): Promise<Megabytes> {
  const read = processes.map(async ({ name, pid }) => {
    return [name, (await readMemory(pid)).residentMb] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Looks at the memory of the processes again and again until it is stopped. */
function sampleMemory(listener: Listener): { stop(): Promise<Record<string, Spread>> } {
  const samples: Megabytes[] = [];
  const stopping = new AbortController();
  const sampling = (async () => {
    while (!stopping.signal.aborted) {
      samples.push(await memoryOf(listener));
      await sleep(sampleMs);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await sampling;
      return Object.fromEntries(
        listener.processes.map(({ name }) => [
          name,
          spread(samples.map((sample) => sample[name] ?? 0)),
        ]),
      );
    },
  };
}
