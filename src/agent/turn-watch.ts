import { batched } from '../lib/batch.ts';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { renewTurns } from './claim-turns.ts';

/** What a turn under way is told. */
export type TurnNews =
  | { news: 'customer_wrote'; dueInMs: number }
  | { news: 'people_took_over' }
  | { news: 'lease_lost' };

export type WatchedRef = {
  userId: string;
  conversationId: string;
  turnId: string;
  seenThrough: number;
  tell: (news: TurnNews) => void;
};

/** Looks after the leases of the turns of one process, and tells each what happens in its conversation. */
export interface TurnWatch {
  add(turn: WatchedRef): void;
  remove(turnId: string): void;
  stop(): void;
}

const watchEveryMs = 400;

/**
 * Asks the database in one statement for all turns under way, several times in a lease. A turn that is
 * over in less is never looked at. Stops renewing what it cannot reach: the lease then ends by itself.
 */
export function startTurnWatch(deps: { app: Pool; leaseMs: number; log: Log }): TurnWatch {
  const turns = new Map<string, WatchedRef & { since: number }>();
  const look = batched<undefined, undefined>({
    maxItems: 1_000,
    maxConcurrent: 1,
    run: async (asked) => {
      await lookAfter(deps, turns);
      return asked;
    },
  });
  const timer = setInterval(() => {
    if (turns.size === 0) return;
    look(undefined).catch((error: unknown) =>
      deps.log.warn('turns under way could not be looked after', { error: errorText(error) }),
    );
  }, watchEveryMs);
  timer.unref();
  return {
    add: (turn) => turns.set(turn.turnId, { ...turn, since: performance.now() }),
    remove: (turnId) => turns.delete(turnId),
    stop: () => clearInterval(timer),
  };
}

async function lookAfter(
  deps: { app: Pool; leaseMs: number },
  turns: Map<string, WatchedRef & { since: number }>,
): Promise<void> {
  const asked = [...turns.values()].filter(
    (turn) => performance.now() - turn.since > watchEveryMs / 2,
  );
  if (asked.length === 0) return;
  const held = new Map(
    (await renewTurns(deps.app, asked, deps.leaseMs)).map((one) => [one.turnId, one]),
  );
  for (const turn of asked) {
    if (!turns.has(turn.turnId)) continue;
    const state = held.get(turn.turnId);
    if (state === undefined) turn.tell({ news: 'lease_lost' });
    else if (state.isPeoples) turn.tell({ news: 'people_took_over' });
    else if (state.owedThrough > turn.seenThrough) {
      turn.tell({ news: 'customer_wrote', dueInMs: Math.max(0, state.dueInMs ?? 0) });
    }
  }
}
