import { sleep } from '../lib/clock.ts';
import { type NewId, sameId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { ModelAborted } from '../llm/model-errors.ts';
import { acknowledge } from './acknowledge.ts';
import { type AskForTurnDeps, askForTurn } from './ask-for-turn.ts';
import type { Asked } from './ask-model.ts';
import { rereadTurn } from './claim-turns.ts';
import { commentToAnswer } from './comment-to-answer.ts';
import type { CommittedTurn, TurnToCommit } from './commit-turns.ts';
import { decideTurn, type HandoverReason } from './decide-turn.ts';
import { endTurn, handOver, releaseTurn, tellOfHandover } from './end-turn.ts';
import type { Deed } from './promises/deed.ts';
import { commentReply, type LinkDeps, linkButtons, replyPieces } from './reply-pieces.ts';
import { seenThrough, type TurnFacts } from './turn-facts.ts';
import type { TurnNews, TurnWatch } from './turn-watch.ts';

export type TurnDeps = AskForTurnDeps &
  LinkDeps & {
    newId: NewId;
    watch: TurnWatch;
    commit: (turn: TurnToCommit) => Promise<CommittedTurn>;
    publishLook: () => void;
    publishTyping: (turn: { userId: string; conversationId: string }) => void;
    /** The answer that was stored told the customer what became of their meetings. */
    toldOfMeetings: (turn: { userId: string; conversationId: string }) => Promise<void>;
    observeStep: (step: TurnStep, seconds: number) => void;
    quietMs: number;
    /** Aborts when the process is told to stop: the turn is handed back. */
    stopping: AbortSignal;
  };

export type TurnStep = 'prepare' | 'model' | 'commit';

/** What a turn came to. `stored`: there is something to send. `dueInMs`: the customer has written more. `look_again`: the facts changed under it. */
export type TurnEnd =
  | { end: 'stored'; dueInMs: number | null }
  | { end: 'nothing' | 'handed_over' | 'lost' | 'handed_back' | 'look_again' };

const maxRestarts = 2;

/**
 * Runs one claimed turn to its end: decides, asks the model, stores the answer. A customer who writes
 * while the model works is answered to everything at once: the turn starts again with it, at most twice.
 * Throws when the database is gone; the lease then ends by itself and the sweep finds the conversation.
 */
export async function runTurn(deps: TurnDeps, claimed: TurnFacts): Promise<TurnEnd> {
  let facts = claimed;
  for (let restarts = 0; ; restarts += 1) {
    const step = await attemptTurn(deps, facts, restarts < maxRestarts);
    if (!('news' in step)) return step;
    if (step.news === 'stopping') {
      await releaseTurn(deps.app, facts);
      return { end: 'handed_back' };
    }
    if (step.news === 'lease_lost') return { end: 'lost' };
    if (step.news === 'customer_wrote') await sleep(step.dueInMs, deps.stopping);
    const reread = await rereadTurn(deps.app, facts);
    if (reread === undefined) return { end: 'lost' };
    facts = reread;
  }
}

async function attemptTurn(
  deps: TurnDeps,
  facts: TurnFacts,
  mayRestart: boolean,
): Promise<TurnEnd | Interruption> {
  const decision = decideTurn(facts, facts.settings.creditsPerReply);
  switch (decision.do) {
    case 'nothing':
      return {
        end: (await endTurn(deps.app, facts, seenThrough(facts))) ? 'look_again' : 'nothing',
      };
    case 'hand_over':
      if (!decision.sayFallback) return giveToPeople(deps, facts, decision.because);
      return store(deps, facts, gaveUp(decision.because));
    case 'reply': {
      const asked = await askInTime(deps, facts, mayRestart);
      return 'news' in asked ? asked : store(deps, facts, asked);
    }
  }
}

type Interruption = TurnNews | { news: 'stopping' };

async function askInTime(
  deps: TurnDeps,
  facts: TurnFacts,
  mayRestart: boolean,
): Promise<Asked | Interruption> {
  const abort = new AbortController();
  let interruption: Interruption | undefined;
  const interrupt = (news: Interruption): void => {
    if (news.news === 'customer_wrote' && !mayRestart) return;
    interruption ??= news;
    abort.abort();
  };
  const onStop = (): void => interrupt({ news: 'stopping' });
  deps.stopping.addEventListener('abort', onStop);
  deps.watch.add({ ...facts, seenThrough: seenThrough(facts), tell: interrupt });
  const acknowledged = acknowledge(deps, facts, abort.signal);
  try {
    const asked = await askForTurn(deps, facts, abort.signal);
    return interruption ?? asked;
  } catch (error) {
    if (error instanceof ModelAborted && interruption !== undefined) return interruption;
    throw error;
  } finally {
    acknowledged.stop();
    deps.watch.remove(facts.turnId);
    deps.stopping.removeEventListener('abort', onStop);
  }
}

function gaveUp(because: HandoverReason): Asked {
  return {
    outcome: 'failed',
    because,
    error: 'turns of this conversation ended without an answer again and again',
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
    responseId: null,
  };
}

async function store(deps: TurnDeps, facts: TurnFacts, asked: Asked): Promise<TurnEnd> {
  const { settings } = facts;
  const isAnswer = asked.outcome === 'answer';
  const text = isAnswer ? asked.text : settings.fallbackText;
  if (!isAnswer) {
    deps.log.warn('the model gave no answer', {
      conversationId: facts.conversationId,
      turnId: facts.turnId,
      because: asked.because,
      error: asked.error,
    });
  }
  const channel = deps.channelFor(facts.platform);
  const startedAt = performance.now();
  const buttons = isAnswer ? await linkButtons(deps, facts, asked.links) : [];
  const comment = commentToAnswer(facts);
  const pieces =
    comment === undefined
      ? replyPieces(channel, text, buttons)
      : [commentReply(channel, { text, buttons, comment })];
  const committed = await deps.commit({
    turnId: facts.turnId,
    userId: facts.userId,
    conversationId: facts.conversationId,
    seenThrough: seenThrough(facts),
    price: isAnswer ? settings.creditsPerReply : 0,
    pieces: pieces.map((piece) => ({ messageId: deps.newId('msg'), ...piece })),
    transactionId: sameId(facts.turnId, 'crt'),
    usageId: sameId(facts.turnId, 'use'),
    responseId: asked.responseId,
    model: facts.model,
    promptId: facts.promptId,
    promptVersion: facts.promptVersion,
    usage: asked.usage,
    handOver: isAnswer ? asked.handOver : asked.because,
    quietMs: settings.quietMs ?? deps.quietMs,
    pace: channel.capabilities.perCustomer,
  });
  deps.observeStep('commit', (performance.now() - startedAt) / 1_000);
  deps.publishLook();
  if (committed.outcome === 'cannot_pay') return giveToPeople(deps, facts, 'out_of_credits');
  if (committed.outcome === 'lease_lost') return { end: 'lost' };
  if (isAnswer && asked.did.some(isOfMeetings)) await deps.toldOfMeetings(facts);
  if (!isAnswer) {
    await asTenant(deps.app, facts.userId, (tx) =>
      tellOfHandover(tx, deps.newId, facts.userId, asked.because),
    );
  }
  return { end: 'stored', dueInMs: committed.dueInMs };
}

function isOfMeetings(deed: Deed): boolean {
  return deed === 'booked' || deed === 'moved' || deed === 'cancelled';
}

async function giveToPeople(
  deps: TurnDeps,
  facts: TurnFacts,
  because: HandoverReason,
): Promise<TurnEnd> {
  const { creditsPerReply } = facts.settings;
  const isTaken = await handOver(deps, { ...facts, creditsPerReply }, because);
  if (!isTaken) return { end: 'look_again' };
  deps.publishLook();
  deps.log.info('conversation handed over', { conversationId: facts.conversationId, because });
  return { end: 'handed_over' };
}
