import type { Enqueue } from '../jobs/catalog.ts';
import { batched } from '../lib/batch.ts';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import { createHands } from '../lib/hands.ts';
import type { NewId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { claimTurns } from './claim-turns.ts';
import type { TurnEnd } from './run-turn.ts';
import type { TurnFacts } from './turn-facts.ts';

export type ReplyWorkerDeps = {
  app: Pool;
  newId: NewId;
  leaseMs: number;
  /** Turns under way at once in this process; hints wait while it is full. */
  maxTurns: number;
  runTurn: (facts: TurnFacts) => Promise<TurnEnd>;
  sendOwed: (conversation: { userId: string; conversationId: string }) => Promise<void>;
  enqueue: Enqueue;
  observeTurn: (end: string, seconds: number) => void;
  log: Log;
};

type Conversation = { userId: string; conversationId: string };

/** Takes hints and runs the turns they lead to. */
export interface ReplyWorker {
  /** Resolves when the conversations that are due are claimed, not when their turns are over: the lease holds them. */
  take(conversations: Conversation[]): Promise<void>;
  turnsUnderWay(): number;
  /** Resolves when no turn is under way. */
  idle(): Promise<void>;
}

/** A worker for many turns at once. Hints that come together are claimed in one statement. */
export function createReplyWorker(deps: ReplyWorkerDeps): ReplyWorker {
  const underWay = new Set<Promise<void>>();
  const claim = batched<Conversation, TurnFacts | undefined>({
    maxItems: 200,
    maxConcurrent: 2,
    run: async (conversations) => {
      const wanted = conversations.map((one) => ({ ...one, turnId: deps.newId('trn') }));
      const facts = await claimTurns(deps.app, wanted, deps.leaseMs);
      const byTurn = new Map(facts.map((one) => [one.turnId, one]));
      return wanted.map(({ turnId }) => byTurn.get(turnId));
    },
  });

  const hands = createHands(deps.maxTurns);
  const takeOne = async (conversation: Conversation): Promise<void> => {
    // Before the claim, because hints that come together are claimed together.
    await hands.take();
    const facts = await claim(conversation).catch((error: unknown) => {
      hands.letGo();
      throw error;
    });
    if (facts === undefined) return hands.letGo();
    const turn = runAndSend(deps, facts).finally(() => {
      underWay.delete(turn);
      hands.letGo();
    });
    underWay.add(turn);
  };

  return {
    take: async (conversations) => {
      await Promise.all(conversations.map(takeOne));
    },
    turnsUnderWay: () => underWay.size,
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

async function runAndSend(deps: ReplyWorkerDeps, facts: TurnFacts): Promise<void> {
  const { userId, conversationId, turnId } = facts;
  const startedAt = performance.now();
  try {
    const ended = await deps.runTurn(facts);
    deps.observeTurn(ended.end, (performance.now() - startedAt) / 1_000);
    if (ended.end === 'look_again') {
      await deps.enqueue('replies.run', { items: [{ userId, conversationId }] });
    }
    if (ended.end !== 'stored') return;
    await deps.sendOwed({ userId, conversationId });
    if (ended.dueInMs !== null) {
      await deps.enqueue(
        'replies.run',
        { items: [{ userId, conversationId }] },
        Math.max(0, Math.ceil(ended.dueInMs)),
      );
    }
  } catch (error) {
    deps.observeTurn('failed', (performance.now() - startedAt) / 1_000);
    deps.log.error('turn failed; it is taken up again when its lease ends', {
      userId,
      conversationId,
      turnId,
      error: errorText(error),
    });
  }
}
