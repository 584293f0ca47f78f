import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Result } from '../report/results.ts';
import { Nothing } from '../setup/helpers.ts';
import { readMemory } from '../setup/memory.ts';
import type { Stage } from '../setup/stage.ts';
import { type Plan, type Say, writersOf } from './plan.ts';
import { lastStatuses, untilAnswered } from './replies.ts';

const modelLatencyMs = 5_000;
const waves = 2;

/** Conversations that all wait for a model of 5 s in one `worker`: its memory, and that each is answered. */
export async function measureTurns(stage: Stage, plan: Plan, say: Say): Promise<Result[]> {
  const database = await stage.createDatabase();
  const server = await stage.startProduct({ roles: ['server'], database });
  const worker = await stage.startProduct({ roles: ['worker'], database });
  const pid = worker.processes[0]?.pid ?? 0;
  try {
    await stage.configure({ port: server.port, statuses: true, modelLatencyMs });
    await stage.load.prepare({
      port: server.port,
      connections: plan.connections,
      count: plan.turns * waves,
      writers: writersOf(
        { listener: server, database, customers: { first: 0, count: plan.turns } },
        plan,
      ),
    });
    const idle = await readMemory(pid);
    const found: { inFlight: number; answered: number; seconds: number; peakMb: number }[] = [];
    for (let wave = 1; wave <= waves; wave += 1) {
      const figures = await runWave(stage, plan);
      const { peakMb } = await readMemory(pid);
      found.push({ ...figures, peakMb });
      say(
        `turns, wave ${wave}: ${figures.answered} answered in ${figures.seconds.toFixed(1)} s, ${figures.inFlight} at the model at once, worker at most ${peakMb.toFixed(0)} MB (${idle.residentMb.toFixed(0)} MB before)`,
      );
    }
    return turnResults(plan, found);
  } finally {
    await stage.configure({ port: server.port, statuses: false });
    await Promise.all([server.stop(), worker.stop()]);
  }
}

async function runWave(stage: Stage, plan: Plan) {
  const before = await stage.counters();
  await stage.simulators.ask('watch', null, Nothing);
  const startedAt = performance.now();
  const posted = await stage.load.burst({ count: plan.turns });
  await untilAnswered(stage, before.sendsAccepted, posted.accepted);
  const seconds = (performance.now() - startedAt) / 1_000;
  // A second answer to the same message would come now.
  await sleep(1_000);
  await lastStatuses(true);
  const answered = (await stage.counters()).sendsAccepted - before.sendsAccepted;
  return {
    answered,
    seconds,
    inFlight: await stage.simulators.ask('peakInFlight', null, z.number()),
  };
}

function turnResults(
  plan: Plan,
  found: { inFlight: number; answered: number; seconds: number; peakMb: number }[],
): Result[] {
  const line = (metric: string, product: number): Result => ({
    measure: 'turns',
    setup: `${plan.turns.toLocaleString('en')} turns, one worker, model of 5 s`,
    metric,
    product,
  });
  return [
    {
      ...line('peak RSS MB', Math.max(...found.map(({ peakMb }) => peakMb))),
      goal: { of: 'product', atMost: 300 },
      rounds: found,
    },
    {
      ...line('answered, the worst wave', Math.min(...found.map(({ answered }) => answered))),
      goal: { of: 'product', atLeast: plan.turns },
    },
    line('at the model at once', Math.max(...found.map(({ inFlight }) => inFlight))),
    line('seconds to the last answer', Math.max(...found.map(({ seconds }) => seconds))),
  ];
}
