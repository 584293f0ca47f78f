import { PermanentError, TransientError } from '../lib/errors.ts';
import type {
  LanguageModel,
  ModelAnswer,
  ModelMessage,
  ModelRequest,
  ModelUsage,
} from '../llm/language-model.ts';
import { ModelAborted, ModelQuotaExhausted } from '../llm/model-errors.ts';
import { tryAgain } from '../llm/try-again.ts';
import type { HandoverReason } from './decide-turn.ts';
import type { OfferedLink } from './offer-link.ts';
import { brokenPromises } from './promises/broken-promises.ts';
import type { CarefulDraft } from './promises/careful-draft.ts';
import type { Deed } from './promises/deed.ts';
import { askToKeep } from './promises/promise-kinds.ts';
import type { PromiseKind } from './promises/promise-words.ts';
import { runTool, type Toolbox, type ToolContext } from './tools.ts';

export type AskDeps = { model: LanguageModel; random: () => number };

/** What asking came to. `usage` counts every round, those that failed to help too. */
export type Asked = { usage: ModelUsage; responseId: string | null } & (
  | {
      outcome: 'answer';
      text: string;
      handOver: HandoverReason | null;
      links: OfferedLink[];
      /** What the tools of this turn did. */
      did: Deed[];
    }
  | { outcome: 'failed'; because: HandoverReason; error: string }
);

const maxRounds = 6;
/** More buttons would be a flood: what was offered first stays out. */
const maxLinks = 3;
const askShorter =
  '\n\nYour last answer was cut off because it was too long. Answer again in a few short sentences.';

/**
 * Asks the model until it has an answer for the customer: runs the tools it asks for within a bound on
 * rounds, tries again what may pass, and asks once more after an empty or cut-off answer; and once more, counted by
 * itself, after one that promises what no tool did. `draft` shows what is being written; each round begins it anew.
 * Throws ModelAborted when the signal ends it; every other failure is an outcome.
 */
export async function askModel(
  deps: AskDeps,
  request: Omit<ModelRequest, 'tools'>,
  options: {
    toolbox: Toolbox;
    context: ToolContext;
    signal: AbortSignal;
    draft?: CarefulDraft | undefined;
    /** What the instructions told the model already, such as the meetings that stand: it counts as looked up. */
    known?: readonly Deed[];
    /** Hears of each answer that was not let through, whether it is asked for again or not. */
    onBrokenPromise?: (kinds: PromiseKind[]) => void;
  },
): Promise<Asked> {
  const asking: Asking = {
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
    responseId: null,
    messages: [...request.messages],
    instructions: request.instructions,
    handOver: null,
    links: [],
    did: [...(options.known ?? [])],
    hasTriedAgain: false,
    broke: [],
  };
  try {
    for (let round = 1; round <= maxRounds; round += 1) {
      // In the last round there is nothing left to call, so that it has to be an answer.
      const tools = round === maxRounds ? [] : options.toolbox.offered;
      const { messages, instructions } = asking;
      const { draft, signal } = options;
      const answer = await tryAgain(
        () => {
          draft?.begin(asking.did);
          return deps.model.respond(
            { ...request, messages, instructions, tools },
            signal,
            draft?.add,
          );
        },
        { random: deps.random, signal },
      );
      const asked = await take(asking, answer, options);
      if (asked !== undefined) return asked;
    }
  } catch (error) {
    return failed(asking, error);
  }
  return asking.broke.length > 0 ? notKept(asking) : saidNothing(asking, 'no answer');
}

type Asking = {
  usage: ModelUsage;
  responseId: string | null;
  messages: ModelMessage[];
  instructions: string;
  handOver: HandoverReason | null;
  links: OfferedLink[];
  did: Deed[];
  hasTriedAgain: boolean;
  /** What an answer that was not sent promised. */
  broke: PromiseKind[];
};

async function take(
  asking: Asking,
  answer: ModelAnswer,
  options: Parameters<typeof askModel>[2],
): Promise<Asked | undefined> {
  addUsage(asking, answer);
  switch (answer.kind) {
    case 'text':
      return answer.text.trim() === ''
        ? askOnceMore(asking, '')
        : takeText(asking, answer.text, options);
    case 'tool_calls':
      await useTools(asking, answer, options);
      return undefined;
    case 'refusal':
      return { ...countOf(asking), outcome: 'failed', because: 'model_refused', error: 'refusal' };
    case 'cut_off':
      return askOnceMore(asking, askShorter);
    case 'empty':
      // A model that has handed over and says nothing more has done what it should.
      if (asking.handOver !== null) {
        return { ...countOf(asking), outcome: 'failed', because: asking.handOver, error: 'empty' };
      }
      return askOnceMore(asking, '');
  }
}

/** What promises more than was done is no answer: the model may do it, or say it otherwise, once. */
function takeText(
  asking: Asking,
  text: string,
  { onBrokenPromise }: Parameters<typeof askModel>[2],
): Asked | undefined {
  const broken = brokenPromises(text, asking.did);
  if (broken.length > 0) {
    const isSecond = asking.broke.length > 0;
    asking.broke = broken;
    asking.instructions += askToKeep(broken);
    onBrokenPromise?.(broken);
    return isSecond ? notKept(asking) : undefined;
  }
  const { handOver, links, did } = asking;
  return { ...countOf(asking), outcome: 'answer', text, handOver, links, did };
}

function notKept(asking: Asking): Asked {
  const error = asking.broke.join(', ');
  return { ...countOf(asking), outcome: 'failed', because: 'promise_not_kept', error };
}

function saidNothing(asking: Asking, error: string): Asked {
  return { ...countOf(asking), outcome: 'failed', because: 'model_answered_nothing', error };
}

function askOnceMore(asking: Asking, instruction: string): Asked | undefined {
  if (asking.hasTriedAgain) return saidNothing(asking, 'empty');
  asking.hasTriedAgain = true;
  asking.instructions += instruction;
  return undefined;
}

async function useTools(
  asking: Asking,
  answer: Extract<ModelAnswer, { kind: 'tool_calls' }>,
  options: { toolbox: Toolbox; context: ToolContext },
): Promise<void> {
  asking.messages.push({ role: 'tool_calls', replay: answer.replay });
  for (const call of answer.calls) {
    const result = await runTool(options.toolbox.tools, options.context, call);
    asking.handOver = result.handOver ?? asking.handOver;
    asking.links = offeredNow(asking.links, result.links ?? []);
    asking.did.push(...(result.did ?? []));
    asking.messages.push({ role: 'tool_result', callId: call.callId, output: result.output });
  }
}

/** One link for each purpose, as it was offered last. */
function offeredNow(before: OfferedLink[], added: OfferedLink[]): OfferedLink[] {
  const kept = before.filter(({ purpose }) => added.every((one) => one.purpose !== purpose));
  return [...kept, ...added].slice(-maxLinks);
}

function failed(asking: Asking, error: unknown): Asked {
  if (error instanceof ModelAborted) throw error;
  if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
  const because = error instanceof ModelQuotaExhausted ? 'model_out_of_quota' : 'model_failed';
  return { ...countOf(asking), outcome: 'failed', because, error: error.code };
}

function addUsage(asking: Asking, answer: ModelAnswer): void {
  asking.responseId = answer.responseId;
  asking.usage.inputTokens += answer.usage.inputTokens;
  asking.usage.cachedInputTokens += answer.usage.cachedInputTokens;
  asking.usage.outputTokens += answer.usage.outputTokens;
}

function countOf(asking: Asking): { usage: ModelUsage; responseId: string | null } {
  return { usage: asking.usage, responseId: asking.responseId };
}
