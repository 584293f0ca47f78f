import type { ProductRole } from '../setup/product.ts';
import { startBenchRedis } from '../setup/redis.ts';

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

/** Gives work a Redis of its own if the set-up wants one. Throws when the machine has none. */
export async function withRedisFor<Result>(
  { queue }: RepliesSetup,
  work: (redisUrl: string | undefined) => Promise<Result>,
): Promise<Result> {
  if (queue === 'postgres') return work(undefined);
  const redis = await startBenchRedis();
  if (redis === undefined) throw new Error('this machine has no redis-server');
  try {
    return await work(redis.url);
  } finally {
    await redis.stop();
  }
}
