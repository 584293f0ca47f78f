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
import type { Draft } from './draft.ts';
import type { OfferedLink } from './offer-link.ts';
import { runTool, type Toolbox, type ToolContext } from './tools.ts';

export type AskDeps = { model: LanguageModel; random: () => number };

/** What asking came to. `usage` counts every round, those that failed to help too. */
export type Asked = { usage: ModelUsage; responseId: string | null } & (
  | { outcome: 'answer'; text: string; handOver: HandoverReason | null; links: OfferedLink[] }
  | { outcome: 'failed'; because: HandoverReason; error: string }
);

const maxRounds = 6;
/** More buttons would be a flood: what was offered first stays out. */
const maxLinks = 3;
const askShorter =
  '\n\nYour last answer was cut off because it was too long. Answer again in a few short sentences.';

/**
 * Asks the model until it has an answer for the customer: runs the tools it asks for within a bound on
 * rounds, tries again what may pass, and asks once more after an empty or cut-off answer. `draft` shows what is being
 * written; each round begins it anew. Throws ModelAborted when the signal ends it; every other failure is an outcome.
 */
export async function askModel(
  deps: AskDeps,
  request: Omit<ModelRequest, 'tools'>,
  options: {
    toolbox: Toolbox;
    context: ToolContext;
    signal: AbortSignal;
    draft?: Draft | undefined;
  },
): Promise<Asked> {
  const asking: Asking = {
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
    responseId: null,
    messages: [...request.messages],
    instructions: request.instructions,
    handOver: null,
    links: [],
    hasTriedAgain: false,
  };
  try {
    for (let round = 1; round <= maxRounds; round += 1) {
      // In the last round there is nothing left to call, so that it has to be an answer.
      const tools = round === maxRounds ? [] : options.toolbox.offered;
      const { messages, instructions } = asking;
      const { draft, signal } = options;
      const answer = await tryAgain(
        () => {
          draft?.begin();
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
  return {
    ...countOf(asking),
    outcome: 'failed',
    because: 'model_answered_nothing',
    error: 'no answer',
  };
}

type Asking = {
  usage: ModelUsage;
  responseId: string | null;
  messages: ModelMessage[];
  instructions: string;
  handOver: HandoverReason | null;
  links: OfferedLink[];
  hasTriedAgain: boolean;
};

async function take(
  asking: Asking,
  answer: ModelAnswer,
  options: { toolbox: Toolbox; context: ToolContext },
): Promise<Asked | undefined> {
  addUsage(asking, answer);
  switch (answer.kind) {
    case 'text':
      if (answer.text.trim() === '') return askOnceMore(asking, '');
      return {
        ...countOf(asking),
        outcome: 'answer',
        text: answer.text,
        handOver: asking.handOver,
        links: asking.links,
      };
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

function askOnceMore(asking: Asking, instruction: string): Asked | undefined {
  if (asking.hasTriedAgain) {
    return {
      ...countOf(asking),
      outcome: 'failed',
      because: 'model_answered_nothing',
      error: 'empty',
    };
  }
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
