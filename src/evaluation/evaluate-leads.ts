import { dimensions } from '../leads/dimensions.ts';
import {
  type ExtractedLead,
  extractLead,
  LeadUnreadable,
} from '../leads/extraction/extract-lead.ts';
import type { ExtractionPromptVersion } from '../leads/extraction/extraction-prompts.ts';
import { findQuote } from '../leads/extraction/find-quote.ts';
import { defaultLeadSettings } from '../leads/lead-settings.ts';
import { forEachDimension, gradesOf } from '../leads/lead-state.ts';
import { scoreOf } from '../leads/score.ts';
import { errorCode } from '../lib/error-code.ts';
import type { LanguageModel, ModelUsage } from '../llm/language-model.ts';
import { conversationOf, messagesOf } from './conversation-of.ts';
import type { EvaluatedLead, Outcome, QuoteCounts } from './evaluated-lead.ts';
import type { LabelledLead } from './labelled-lead.ts';

/** Which model and which instructions are evaluated. */
export type Candidate = { model: string; promptVersion: ExtractionPromptVersion };

export type EvaluationDeps = {
  model: LanguageModel;
  random: () => number;
  /** Milliseconds that only grow. */
  elapsedMs: () => number;
  /** How many conversations are read at the same time. */
  concurrency: number;
  onProgress: (done: number) => void;
};

/**
 * Reads every conversation as the product would and answers what came of each, in their order. A conversation
 * that cannot be read is an outcome; what throws is an abort, or a fault of ours.
 */
export async function evaluateLeads(
  deps: EvaluationDeps,
  leads: LabelledLead[],
  candidate: Candidate,
  signal: AbortSignal,
): Promise<EvaluatedLead[]> {
  const evaluated: EvaluatedLead[] = [];
  const waiting = leads.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [index, lead] of waiting) {
      const outcome = await outcomeOf(deps, lead, candidate, signal);
      signal.throwIfAborted();
      const { id, language, label } = lead;
      evaluated[index] = { id, language, label, outcome };
      done += 1;
      deps.onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: deps.concurrency }, work));
  return evaluated;
}

async function outcomeOf(
  deps: EvaluationDeps,
  lead: LabelledLead,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedMs = deps.elapsedMs();
  const usage: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  const took = () => ({ tookMs: deps.elapsedMs() - startedMs, usage });
  try {
    const steps = await readInSteps(deps, lead, { candidate, usage, signal });
    return { ...readOutcome(steps, lead), ...took() };
  } catch (error) {
    if (error instanceof LeadUnreadable) {
      addUsage(usage, error.spent.usage);
      return { kind: 'unread', because: `${error.code}: ${error.because}`, ...took() };
    }
    const because = errorCode(error);
    if (because === undefined) throw error;
    return { kind: 'unread', because, ...took() };
  }
}

/** What is too long for once is read on from where the last step ended, as the product does. */
async function readInSteps(
  deps: EvaluationDeps,
  lead: LabelledLead,
  { candidate, usage, signal }: { candidate: Candidate; usage: ModelUsage; signal: AbortSignal },
): Promise<ExtractedLead[]> {
  const steps: ExtractedLead[] = [];
  let conversation = conversationOf(lead);
  // The conversation's own present, so that a file judges the same in a year.
  const now = conversation.messages.at(-1)?.at ?? new Date(0);
  for (;;) {
    const read = await extractLead(
      { model: deps.model, random: deps.random, now: () => now },
      conversation,
      { ...candidate, cacheKey: 'evaluation', safetyIdentifier: 'evaluation' },
      signal,
    );
    addUsage(usage, read.usage);
    steps.push(read);
    if (read.isWhole) return steps;
    conversation = conversationOf(lead, { last: read.state, readThrough: read.through });
  }
}

function addUsage(sum: ModelUsage, more: ModelUsage): void {
  sum.inputTokens += more.inputTokens;
  sum.cachedInputTokens += more.cachedInputTokens;
  sum.outputTokens += more.outputTokens;
}

function readOutcome(steps: ExtractedLead[], lead: LabelledLead) {
  const latest = steps.at(-1);
  if (latest === undefined) throw new Error('a conversation was read in no step');
  const { state, reading } = latest;
  const { name, company, email, phone } = state;
  const grades = gradesOf(state.reasoning);
  return {
    kind: 'read' as const,
    tag: scoreOf(grades, defaultLeadSettings).tag,
    grades,
    modelGrades: forEachDimension((dimension) => reading.dimensions[dimension].grade),
    contact: { name, company, email, phone },
    quotes: countQuotes(steps, lead),
  };
}

function countQuotes(steps: ExtractedLead[], lead: LabelledLead): QuoteCounts {
  const counts: QuoteCounts = { named: 0, literal: 0, nearlyLiteral: 0, kept: 0, dropped: {} };
  const texts = new Map(messagesOf(lead).map(({ alias, text }) => [alias, text]));
  for (const read of steps) {
    const quotes = dimensions.flatMap((dimension) => read.reading.dimensions[dimension].evidence);
    for (const { message, quote } of quotes) {
      const text = texts.get(message.trim()) ?? '';
      counts.named += 1;
      if (quote !== '' && text.includes(quote)) counts.literal += 1;
      else if (findQuote(text, quote) !== undefined) counts.nearlyLiteral += 1;
    }
    counts.kept += read.kept;
    for (const { because } of read.dropped) {
      counts.dropped[because] = (counts.dropped[because] ?? 0) + 1;
    }
  }
  return counts;
}
