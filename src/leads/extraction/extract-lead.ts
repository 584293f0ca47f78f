import { z } from 'zod';
import { PermanentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/safe-text.ts';
import type { LanguageModel, ModelAnswer, ModelUsage } from '../../llm/language-model.ts';
import { tryAgain } from '../../llm/try-again.ts';
import type { LeadState } from '../lead-state.ts';
import {
  type Business,
  type ExtractionPromptVersion,
  extractionInstructions,
} from './extraction-prompts.ts';
import { leadDocument } from './lead-document.ts';
import type { LeadMessage } from './lead-message.ts';
import { Reading } from './reading.ts';
import { type Verified, verifyReading } from './verify-reading.ts';

/** The model will not read this conversation as asked, however often. `because` is one of a small set of words. */
export class LeadUnreadable extends PermanentError {
  override readonly code = 'leads.unreadable';
  readonly because: 'refused' | 'cut_off' | 'not_as_asked';
  /** What asking cost all the same, and whom. */
  readonly spent: { model: string; usage: ModelUsage };

  constructor(because: LeadUnreadable['because'], spent: LeadUnreadable['spent']) {
    super(`the model gave no reading of the conversation: ${because}`);
    this.because = because;
    this.spent = spent;
  }
}

/** A conversation to read: `messages` oldest first, those after `readThrough` are new. */
export type ConversationToRead = {
  messages: LeadMessage[];
  readThrough: number;
  last: LeadState | null;
  profile: { name: string | null; phone: string | null };
  business: Business;
};

/** What reading it came to. `through` is the newest message read; `isWhole` false when more waits. */
export type ExtractedLead = Verified & {
  reading: Reading;
  through: number;
  isWhole: boolean;
  model: string;
  promptVersion: ExtractionPromptVersion;
  usage: ModelUsage;
};

/** How to ask: `cacheKey` is shared by requests that begin alike, `safetyIdentifier` stands for the customer, hashed. */
export type HowToAsk = {
  model: string;
  promptVersion: ExtractionPromptVersion;
  cacheKey: string;
  safetyIdentifier: string;
};

const { $schema: _, ...schema } = z.toJSONSchema(Reading);
const answerSchema = { name: 'lead_reading', schema };
const maxOutputTokens = 6_000;

/**
 * Reads a conversation with the model and keeps what the conversation bears out. Asks a second time when the
 * first answer is not as asked. Throws the model's errors, or LeadUnreadable.
 */
export async function extractLead(
  deps: { model: LanguageModel; random: () => number; now: () => Date },
  conversation: ConversationToRead,
  how: HowToAsk,
  signal: AbortSignal,
): Promise<ExtractedLead> {
  const { text, through, isWhole } = leadDocument(conversation);
  const usage: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  const ask = async (): Promise<ModelAnswer> => {
    const answer = await deps.model.respond(
      {
        model: how.model,
        instructions: extractionInstructions(how.promptVersion, conversation.business),
        messages: [{ role: 'customer', text }],
        tools: [],
        answerSchema,
        maxOutputTokens,
        cacheKey: how.cacheKey,
        safetyIdentifier: how.safetyIdentifier,
      },
      signal,
    );
    usage.inputTokens += answer.usage.inputTokens;
    usage.cachedInputTokens += answer.usage.cachedInputTokens;
    usage.outputTokens += answer.usage.outputTokens;
    return answer;
  };
  const reading = await readTwice(ask, {
    random: deps.random,
    signal,
    spent: { model: how.model, usage },
  });
  const facts = {
    messages: conversation.messages.filter(({ sequenceNo }) => sequenceNo <= through),
    last: conversation.last,
    profile: conversation.profile,
    now: deps.now(),
  };
  return {
    ...verifyReading(reading, facts),
    reading,
    through,
    isWhole,
    model: how.model,
    promptVersion: how.promptVersion,
    usage,
  };
}

async function readTwice(
  ask: () => Promise<ModelAnswer>,
  how: { random: () => number; signal: AbortSignal; spent: LeadUnreadable['spent'] },
): Promise<Reading> {
  let because: LeadUnreadable['because'] = 'not_as_asked';
  for (let time = 1; time <= 2; time += 1) {
    const read = readingOf(await tryAgain(ask, how));
    if (typeof read !== 'string') return read;
    because = read;
  }
  throw new LeadUnreadable(because, how.spent);
}

function readingOf(answer: ModelAnswer): Reading | LeadUnreadable['because'] {
  switch (answer.kind) {
    case 'text': {
      const read = Reading.safeParse(safeJson(jsonOf(answer.text)));
      return read.success ? read.data : 'not_as_asked';
    }
    case 'refusal':
      return 'refused';
    case 'cut_off':
      return 'cut_off';
    case 'tool_calls':
    case 'empty':
      return 'not_as_asked';
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
