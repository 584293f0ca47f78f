import { createRecentMap } from '../lib/recent-map.ts';

/** A bucket that holds `burst` sends and gets one back every `intervalMs`. */
export type Bucket = { level: number; at: number };

/** Takes one from the bucket; answers the new bucket, or undefined when it is empty. */
export function takeOne(
  bucket: Bucket | undefined,
  limit: { burst: number; intervalMs: number },
  nowMs: number,
): Bucket | undefined {
  const refilled =
    bucket === undefined ? limit.burst : bucket.level + (nowMs - bucket.at) / limit.intervalMs;
  const level = Math.min(limit.burst, refilled);
  return level < 1 ? undefined : { level: level - 1, at: nowMs };
}

/** 80 messages a second on one number (Meta: throughput), else 130429. */
const numberLimit = { burst: 80, intervalMs: 1000 / 80 };
/** One message in 6 s to one customer, 45 of them ahead of time (Meta: pair rate), else 131056. */
const pairLimit = { burst: 45, intervalMs: 6000 };

/** Counts sends against Meta's limits. */
export type Limits = {
  /** The error code of the limit that this send breaks, or undefined; a send that breaks one costs nothing. */
  check(phoneNumberId: string, to: string, nowMs: number): 130429 | 131056 | undefined;
  clear(): void;
};

export function createLimits(): Limits {
  const buckets = createRecentMap<Bucket>(50_000);
  return {
    check(phoneNumberId, to, nowMs) {
      const number = takeOne(buckets.get(phoneNumberId), numberLimit, nowMs);
      if (number === undefined) return 130429;
      const pairKey = `${phoneNumberId} ${to}`;
      const pair = takeOne(buckets.get(pairKey), pairLimit, nowMs);
      if (pair === undefined) return 131056;
      buckets.set(phoneNumberId, number);
      buckets.set(pairKey, pair);
      return undefined;
    },
    clear: () => buckets.clear(),
  };
}
