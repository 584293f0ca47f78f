import type { ProductRole } from '../setup/product.ts';
import { startBenchRedis } from '../setup/redis.ts';
import type { Stage } from '../setup/stage.ts';
import type { BenchPlatform } from '../setup/tenants.ts';
import type { Contender, Side } from './plan.ts';

/** How rapport runs while its replies are measured. */
export type RepliesSetup = {
  name: string;
  roles: ProductRole[];
  queue: 'postgres' | 'redis';
  /** Whether every send is followed by its statuses: sent, delivered, read. */
  statuses: boolean;
};

const processes = [
  { name: 'all in one', roles: ['all'] },
  { name: 'server + worker', roles: ['server', 'worker'] },
] as const;

/** Every way to run rapport, with its name in the report. */
export const repliesSetups: RepliesSetup[] = (['postgres', 'redis'] as const).flatMap((queue) =>
  processes.flatMap(({ name, roles }) =>
    [true, false].map((statuses) => ({
      name: `${name}, ${queue}${statuses ? '' : ', no statuses'}`,
      roles: [...roles],
      queue,
      statuses,
    })),
  ),
);

/** Starts rapport in a set-up and a floor beside it, on one database, and stops them after the work. */
export async function withListeners<Result>(
  stage: Stage,
  setup: RepliesSetup,
  work: (sides: Record<Side, Contender>) => Promise<Result>,
  beside: { floor: string; platform: BenchPlatform } = repliesFloor,
): Promise<Result> {
  const redis = setup.queue === 'redis' ? await redisOrThrow() : undefined;
  const stops: (() => Promise<void>)[] = [async () => redis?.stop()];
  try {
    const database = await stage.createDatabase(beside.platform);
    const product = await stage.startProduct({
      roles: setup.roles,
      database,
      redisUrl: redis?.url,
    });
    stops.push(() => product.stop());
    if (redis !== undefined) product.processes.push({ name: 'redis', pid: redis.pid });
    const floor = await stage.startFloor(beside.floor, database);
    stops.push(() => floor.stop());
    return await work({
      product: { listener: product, database },
      other: { listener: floor, database },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

const repliesFloor = { floor: 'reply-server.ts', platform: 'whatsapp' } as const;

async function redisOrThrow() {
  const redis = await startBenchRedis();
  if (redis === undefined) throw new Error('this machine has no redis-server');
  return redis;
}
