import { acknowledgeConversations } from '../src/agent/acknowledge-conversations.ts';
import type { AnsweringTurn } from '../src/agent/ask-for-turn.ts';
import { type CommittedTurn, commitTurns, type TurnToCommit } from '../src/agent/commit-turns.ts';
import type { DraftPiece } from '../src/agent/draft.ts';
import { meetingTools, wishTools } from '../src/agent/meetings/meeting-tools.ts';
import { createReplyWorker } from '../src/agent/reply-worker.ts';
import { runTurn } from '../src/agent/run-turn.ts';
import { type ToolboxFor, toolboxes } from '../src/agent/toolboxes.ts';
import { handOverToHuman } from '../src/agent/tools.ts';
import type { TurnFacts } from '../src/agent/turn-facts.ts';
import { startTurnWatch } from '../src/agent/turn-watch.ts';
import type { Context } from '../src/context.ts';
import type { SendOwed } from '../src/delivery/sender.ts';
import { newLinkToken } from '../src/leads/links/tracked-links.ts';
import { batched } from '../src/lib/batch.ts';
import { sleep } from '../src/lib/clock.ts';
import { readBookingNote } from '../src/meetings/booking/booking-note.ts';
import { settleTold } from '../src/meetings/telling/settle-told.ts';
import { fetchDeps } from './media.ts';
import { bookingDeps } from './meetings.ts';

/** A started group of workers. `stop` finishes what it can in `graceMs` and hands the rest back. */
export type WorkerGroup = { stop(graceMs: number): Promise<void> };

/** What a model is given of a conversation at most, in tokens. */
const budgetTokens = 12_000;

/** Starts the workers that answer customers. */
export function startReplies(context: Context, sendOwed: SendOwed): WorkerGroup {
  const { app, config, metrics, signals } = context;
  const stopping = new AbortController();
  const booking = bookingDeps(context);
  const toolboxFor = toolboxes({
    everybodys: [handOverToHuman],
    bookings: meetingTools({ ...booking, observeBooking: metrics.observeBooking }),
    wishes: wishTools(booking),
  });
  if (context.linkBase === undefined) {
    context.log.warn(
      'PUBLIC_URL is not set: agents offer no links, because customers could not open them',
    );
  }
  const watch = startTurnWatch({ app, leaseMs: config.replies.leaseMs, log: context.log });
  const commit = batched<TurnToCommit, CommittedTurn>({
    maxItems: 200,
    maxConcurrent: 2,
    isolates: () => true,
    run: async (turns) => {
      const byTurn = new Map((await commitTurns(app, turns)).map((one) => [one.turnId, one]));
      return turns.map(
        ({ turnId }) => byTurn.get(turnId) ?? { turnId, outcome: 'lease_lost', dueInMs: null },
      );
    },
  });
  const turnDeps = {
    ...context,
    ...fetchDeps(context),
    transcriber: context.model,
    // Without a place where links begin there are none to offer.
    toolboxFor: context.linkBase === undefined ? withoutLinks(toolboxFor) : toolboxFor,
    bookingNote: (turn: TurnFacts) => readBookingNote(booking, turn),
    toldOfMeetings: (turn: { userId: string; conversationId: string }) => settleTold(app, turn),
    newToken: newLinkToken,
    watch,
    commit,
    publishLook: () => signals.publishLook(),
    publishTyping: ({ userId, conversationId }: { userId: string; conversationId: string }) =>
      signals.publishTransient({ userId, kind: 'typing', payload: { conversationId } }),
    publishDraft: ({ userId, ...turn }: AnsweringTurn, piece: DraftPiece) =>
      signals.publishTransient({ userId, kind: 'delta', payload: { ...turn, ...piece } }),
    observeStep: metrics.observeTurnStep,
    countBrokenPromise: metrics.countBrokenPromise,
    budgetTokens,
    quietMs: config.replies.quietMs,
    stopping: stopping.signal,
  };
  const worker = createReplyWorker({
    ...context,
    leaseMs: config.replies.leaseMs,
    maxTurns: config.replies.turnsPerWorker,
    runTurn: (facts) => runTurn(turnDeps, facts),
    sendOwed,
    enqueue: context.queues.enqueue,
    observeTurn: metrics.observeTurn,
  });
  context.queues.work('replies', {
    'replies.run': ({ items }) => worker.take(items),
    'replies.acknowledge': ({ items }) => acknowledgeConversations(turnDeps, items),
  });
  return {
    async stop(graceMs) {
      await Promise.race([worker.idle(), sleep(graceMs)]);
      stopping.abort();
      await Promise.race([worker.idle(), sleep(2_000)]);
      watch.stop();
    },
  };
}

function withoutLinks(toolboxFor: ToolboxFor): ToolboxFor {
  return (_settings, meetings) => toolboxFor({}, meetings);
}
