import { parseArgs } from 'node:util';
import {
  currentPromptVersion,
  type ExtractionPromptVersion,
  extractionPrompts,
} from '../leads/extraction/extraction-prompts.ts';
import { errorText } from '../lib/errors.ts';
import type { Candidate } from './evaluate-leads.ts';

export const usage = `npm run evaluate -- leads FILE [--model M] [--prompt V] [--compare-model M] [--compare-prompt V] [--limit N] [--json OUT]

  FILE               labelled conversations, one JSON object in each line (evaluations/leads.jsonl)
  --model            the model that reads; OPENAI_EXTRACTION_MODEL or OPENAI_MODEL unless given
  --prompt           the instructions it reads by: ${Object.keys(extractionPrompts).join(', ')} (${currentPromptVersion})
  --compare-model    reads everything again with this model …
  --compare-prompt   … or these instructions, and shows both and whose tag changed
  --limit            the first so many conversations only
  --json             writes everything that was measured to this file`;

/** What was asked for makes no sense; the message says what. */
export class BadUsage extends Error {
  readonly code = 'evaluation.bad_usage';
}

export type EvaluationOptions = {
  file: string;
  /** One, or two to compare. */
  candidates: [Candidate] | [Candidate, Candidate];
  /** Infinity: all. */
  limit: number;
  jsonPath: string | undefined;
};

/** Reads the words of the command. Throws BadUsage. */
export function readOptions(args: string[], defaultModel: string): EvaluationOptions {
  const { positionals, values } = parse(args);
  const [what, file, ...rest] = positionals;
  if (what !== 'leads') throw new BadUsage(`only "leads" can be evaluated, not "${what ?? ''}"`);
  if (file === undefined) throw new BadUsage('a file is needed');
  if (rest.length > 0) throw new BadUsage(`one file only, not also "${rest.join(' ')}"`);
  const first = {
    model: values.model ?? defaultModel,
    promptVersion: promptOf(values.prompt) ?? currentPromptVersion,
  };
  const second = {
    model: values['compare-model'] ?? first.model,
    promptVersion: promptOf(values['compare-prompt']) ?? first.promptVersion,
  };
  const isCompared =
    values['compare-model'] !== undefined || values['compare-prompt'] !== undefined;
  return {
    file,
    candidates: isCompared ? [first, second] : [first],
    limit: limitOf(values.limit),
    jsonPath: values.json,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        model: text,
        prompt: text,
        'compare-model': text,
        'compare-prompt': text,
        limit: text,
        json: text,
      },
    });
  } catch (error) {
    throw new BadUsage(errorText(error));
  }
}

function promptOf(name: string | undefined): ExtractionPromptVersion | undefined {
  if (name === undefined) return undefined;
  if (isPromptVersion(name)) return name;
  const known = Object.keys(extractionPrompts).join(', ');
  throw new BadUsage(`there are no instructions "${name}": ${known}`);
}

function isPromptVersion(name: string): name is ExtractionPromptVersion {
  return Object.hasOwn(extractionPrompts, name);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new BadUsage(`--limit is a whole number from 1, not "${text}"`);
}
