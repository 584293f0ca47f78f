import { createHash } from 'node:crypto';
import type { Channel } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import type { Log } from '../lib/log.ts';
import type { BookingNote } from '../meetings/booking/booking-note.ts';
import { type AskDeps, type Asked, askModel } from './ask-model.ts';
import { createDraft, type DraftPiece } from './draft.ts';
import { modelInput } from './model-input.ts';
import { type PrepareDeps, prepareMedia } from './prepare-media.ts';
import { type CarefulDraft, carefulDraft } from './promises/careful-draft.ts';
import type { PromiseKind } from './promises/promise-words.ts';
import type { ToolboxFor } from './toolboxes.ts';
import { seenThrough, type TurnFacts } from './turn-facts.ts';

export type AskForTurnDeps = AskDeps &
  PrepareDeps & {
    toolboxFor: ToolboxFor;
    /** What the model is told about meetings; undefined where the agent takes none. */
    bookingNote: (turn: TurnFacts) => Promise<BookingNote | undefined>;
    channelFor: (platform: Platform) => Channel;
    /** Shows the customer a piece of the answer that is being written, where the channel can. */
    publishDraft: (turn: AnsweringTurn, piece: DraftPiece) => void;
    observeStep: (step: 'prepare' | 'model', seconds: number) => void;
    countBrokenPromise: (kind: PromiseKind) => void;
    budgetTokens: number;
    log: Log;
  };

/** A turn that is being answered: whose it is, and the newest message that its answer has seen. */
export type AnsweringTurn = {
  userId: string;
  conversationId: string;
  turnId: string;
  seenThrough: number;
};

/**
 * Asks the model for the answer of a turn: with the files of its messages, what it must know of meetings, and the tools
 * of its agent; what is being written is shown where the channel can. Throws ModelAborted when the signal ends it.
 */
export async function askForTurn(
  deps: AskForTurnDeps,
  facts: TurnFacts,
  signal: AbortSignal,
): Promise<Asked> {
  const startedAt = performance.now();
  const images = await prepareMedia(deps, facts, facts.timeline, signal);
  const note = facts.takesBookings ? await deps.bookingNote(facts) : undefined;
  const preparedAt = performance.now();
  deps.observeStep('prepare', (preparedAt - startedAt) / 1_000);
  const draft = draftFor(deps, facts);
  signal.addEventListener('abort', () => draft?.stop());
  const asked = await askModel(
    deps,
    {
      model: facts.model,
      instructions:
        note === undefined ? facts.instructions : `${facts.instructions}\n\n${note.text}`,
      messages: modelInput({
        timeline: facts.timeline,
        answeredThrough: facts.answeredThrough,
        images,
        budgetTokens: deps.budgetTokens,
      }),
      ...(facts.temperature === null ? {} : { temperature: facts.temperature }),
      ...(facts.maxOutputTokens === null ? {} : { maxOutputTokens: facts.maxOutputTokens }),
      cacheKey: facts.agentId,
      safetyIdentifier: createHash('sha256').update(facts.contactId).digest('hex'),
    },
    {
      toolbox: deps.toolboxFor(facts.settings, note?.takes ?? 'none'),
      known: note?.hasMeetings === true ? ['listed_meetings'] : [],
      context: facts,
      signal,
      draft,
      onBrokenPromise: (kinds) => tellOfBroken(deps, facts, kinds),
    },
  );
  if (asked.outcome === 'answer') draft?.finish();
  else draft?.stop();
  deps.observeStep('model', (performance.now() - preparedAt) / 1_000);
  return asked;
}

function tellOfBroken(deps: AskForTurnDeps, facts: TurnFacts, kinds: PromiseKind[]): void {
  const { conversationId, turnId } = facts;
  deps.log.warn('an answer promised what was not done', {
    conversationId,
    turnId,
    kinds: kinds.join(', '),
  });
  for (const kind of kinds) deps.countBrokenPromise(kind);
}

/** Quick enough to read along, and thirty signals a second at most. */
const draftGapMs = 33;

function draftFor(deps: AskForTurnDeps, facts: TurnFacts): CarefulDraft | undefined {
  if (!deps.channelFor(facts.platform).capabilities.streamsText) return undefined;
  const { userId, conversationId, turnId } = facts;
  const turn = { userId, conversationId, turnId, seenThrough: seenThrough(facts) };
  const show = (piece: DraftPiece): void => deps.publishDraft(turn, piece);
  return carefulDraft(createDraft({ gapMs: draftGapMs, show }));
}
