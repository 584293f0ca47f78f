import { readFile } from 'node:fs/promises';
import { errorCode } from '../lib/error-code.ts';
import { LabelledLead } from './labelled-lead.ts';

/** A file that cannot be evaluated; the message names every fault with its line. */
export class BadEvaluationFile extends Error {
  readonly code = 'evaluation.bad_file';
}

/** Reads a file of labelled conversations, one in each line; empty lines are left out. Throws BadEvaluationFile. */
export async function readLabelledLeads(path: string): Promise<LabelledLead[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new BadEvaluationFile(`${path}: cannot be read (${errorCode(error) ?? 'unknown'})`);
  });
  return parseLabelledLeads(text, path);
}

/** Parses the text of such a file; `name` is what messages call it. Throws BadEvaluationFile. */
export function parseLabelledLeads(text: string, name: string): LabelledLead[] {
  const leads: LabelledLead[] = [];
  const faults: string[] = [];
  const lineOfId = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const number = index + 1;
    const parsed = parseLine(line);
    if ('faults' in parsed) {
      faults.push(...parsed.faults.map((fault) => `${name}:${number}: ${fault}`));
      continue;
    }
    const before = lineOfId.get(parsed.lead.id);
    if (before !== undefined) {
      faults.push(`${name}:${number}: id: "${parsed.lead.id}" is the id of line ${before} too`);
    }
    lineOfId.set(parsed.lead.id, number);
    leads.push(parsed.lead);
  }
  if (leads.length === 0 && faults.length === 0) faults.push(`${name}: has no conversations`);
  if (faults.length > 0) throw new BadEvaluationFile(faults.join('\n'));
  return leads;
}

function parseLine(line: string): { lead: LabelledLead } | { faults: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { faults: [`is no JSON: ${error instanceof Error ? error.message : 'unknown'}`] };
  }
  const read = LabelledLead.safeParse(value);
  if (read.success) return { lead: read.data };
  return {
    faults: read.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    ),
  };
}
