import { TransientError } from './errors.ts';

/** How concurrent calls are gathered into one. */
export type BatchOptions<Item, Result> = {
  /** Answers one result for each item, in their order. */
  run: (items: Item[]) => Promise<Result[]>;
  maxItems: number;
  /** Batches under way at once; while all are, further items gather. */
  maxConcurrent: number;
  /** Errors after which each item of a failed batch is run by itself, so that one cannot fail the others. */
  isolates?: (error: unknown) => boolean;
  /** More than so many waiting are refused with a TransientError: what they wait for does not answer. */
  maxWaiting?: number;
};

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * Makes a function whose concurrent calls share one statement: the first call runs in the same tick of
 * the event loop, and what comes while it is under way goes together in the next. A quiet system waits
 * for nothing; a busy one pays one round trip for many.
 */
export function batched<Item, Result>(
  options: BatchOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let isScheduled = false;

  const flush = (): void => {
    isScheduled = false;
    while (waiting.length > 0 && running < options.maxConcurrent) {
      const taken = waiting.slice(0, options.maxItems);
      waiting = waiting.slice(options.maxItems);
      running += 1;
      void runBatch(options, taken).finally(() => {
        running -= 1;
        schedule();
      });
    }
  };
  const schedule = (): void => {
    if (isScheduled || waiting.length === 0 || running >= options.maxConcurrent) return;
    isScheduled = true;
    setImmediate(flush);
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= (options.maxWaiting ?? Number.POSITIVE_INFINITY)) {
        reject(new TransientError(`${waiting.length} calls wait already`));
        return;
      }
      waiting.push({ item, resolve, reject });
      schedule();
    });
}

async function runBatch<Item, Result>(
  options: BatchOptions<Item, Result>,
  taken: Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await options.run(taken.map(({ item }) => item));
    taken.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (index < results.length) resolve(result as Result);
      else reject(new Error('a batch answered fewer results than it had items'));
    });
  } catch (error) {
    if (taken.length > 1 && options.isolates?.(error)) {
      await Promise.all(taken.map((one) => runBatch(options, [one])));
      return;
    }
    for (const { reject } of taken) reject(error);
  }
}
