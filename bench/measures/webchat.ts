import type { Result } from '../report/results.ts';
import type { Spread } from '../report/stats.ts';
import type { Stage } from '../setup/stage.ts';
import type { Plan, Say } from './plan.ts';
import { type RepliesSetup, withListeners } from './setups.ts';
import {
  type Megabytes,
  messagesPerSecond,
  type VisitorRound,
  visitorRound,
} from './visitor-round.ts';

/** Visitors of several businesses who follow their conversations, and 50 messages a second among them, answered and streamed. */
export function measureWebchat(
  stage: Stage,
  plan: Plan,
  say: Say,
  setup: RepliesSetup,
): Promise<Result[]> {
  const beside = { floor: 'visitor-server.ts', platform: 'webchat' } as const;
  const work = async ({ product, other }: Parameters<Parameters<typeof withListeners>[2]>[0]) => {
    const rounds = {
      product: await visitorRound(stage, plan, product),
      other: await visitorRound(stage, plan, other),
    };
    tell(say, `${setup.name}, rapport`, rounds.product);
    tell(say, `${setup.name}, floor`, rounds.other);
    return results(setup.name, plan, rounds);
  };
  return withListeners(stage, setup, work, beside);
}

type Rounds = { product: VisitorRound; other: VisitorRound };

function results(name: string, plan: Plan, rounds: Rounds): Result[] {
  const setup = `${name}, ${plan.visitors.toLocaleString('en')} visitors, ${messagesPerSecond}/s`;
  const line = (metric: string, read: (round: VisitorRound) => number): Result => ({
    measure: 'webchat',
    setup,
    metric,
    product: read(rounds.product),
    other: { name: 'floor', value: read(rounds.other) },
  });
  const times = (what: string, read: (round: VisitorRound) => Spread, of: (keyof Spread)[]) =>
    of.map((figure) => line(`${what}, ${figure} ms`, (round) => read(round)[figure]));
  const none = (metric: string, read: (round: VisitorRound) => number): Result => ({
    ...line(metric, read),
    goal: { of: 'product', atMost: 0 },
  });
  return [
    ...times('first word, beyond the model’s', ({ first }) => first, ['p50', 'p95', 'p99', 'max']),
    ...times('of which until the model is asked', ({ asked }) => asked, ['p50', 'p99']),
    ...times('of which from its first word to the visitor', ({ shown }) => shown, ['p50', 'p99']),
    ...times('whole answer, beyond the model’s', ({ whole }) => whole, ['p50', 'p99']),
    ...times('POST until its 201', ({ stored }) => stored, ['p50', 'p99']),
    {
      ...line('KB a quiet visitor', ({ memory }) => kilobytesEach(memory, plan.visitors)),
      cpuMicros: rounds.product.cpuMicros,
      otherCpuMicros: rounds.other.cpuMicros,
      rounds,
    },
    line('MB with all of them quiet', ({ memory }) => sum(memory.idle)),
    line('MB while they write, at most', ({ memory }) =>
      Object.values(memory.loaded).reduce((all, { max }) => all + max, 0),
    ),
    line('deltas a message', ({ counts, posted }) => counts.deltas / posted),
    line('answers that came before their last words', ({ counts }) => counts.unlikeDrafts),
    none('deltas lost, or after their answer', ({ counts }) => counts.gaps + counts.lateDeltas),
    none('messages without an answer', ({ lost }) => lost),
    none(
      'messages doubled or missed',
      ({ counts, posted }) => counts.outOfOrder + Math.abs(counts.messages - 2 * posted),
    ),
  ];
}

function tell(say: Say, who: string, round: VisitorRound): void {
  const { first, asked, shown, whole, stored, model, memory, counts, opened } = round;
  const ms = ({ p50, p99, max }: Spread): string =>
    `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${max.toFixed(1)}`;
  say(
    `webchat, ${who}: p50 / p99 / max ms: first word ${ms(first)}, asked ${ms(asked)}, shown ${ms(shown)}, whole ${ms(whole)}, 201 ${ms(stored)}; the model itself ${ms(model.first)}`,
  );
  say(
    `webchat, ${who}: ${round.posted} messages, ${round.lost} lost, ${JSON.stringify(counts)}; all streams open after ${opened.openMs.max.toFixed(0)} ms; MB ${JSON.stringify({ before: sum(memory.before), quiet: sum(memory.idle) })}`,
  );
}

function kilobytesEach({ before, idle }: VisitorRound['memory'], visitors: number): number {
  return ((sum(idle) - sum(before)) * 1_024) / visitors;
}

function sum(megabytes: Megabytes): number {
  return Object.values(megabytes).reduce((all, one) => all + one, 0);
}
