import { appendFile, writeFile } from 'node:fs/promises';
import { BadConfiguration, readConfig } from '../config/config.ts';
import { errorCode } from '../lib/error-code.ts';
import { errorText } from '../lib/errors.ts';
import { type Candidate, evaluateLeads } from './evaluate-leads.ts';
import type { LabelledLead } from './labelled-lead.ts';
import { measureLeads } from './metrics.ts';
import { type OpenModel, openModel } from './open-model.ts';
import { BadUsage, readOptions, usage } from './options.ts';
import { readPrices } from './prices.ts';
import { BadEvaluationFile, readLabelledLeads } from './read-labelled-leads.ts';
import { type Run, reportText } from './report.ts';

const concurrency = 6;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopped.abort());
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${explained(error)}\n`);
    process.exitCode = exitCodeOf(error);
  },
);

/** Answers the exit code: 1 when nothing could be read. */
async function main(args: string[]): Promise<number> {
  // biome-ignore lint/style/noProcessEnv: read once, here, and parsed by the config
  const config = readConfig(process.env);
  const options = readOptions(args, config.extraction.model);
  const leads = (await readLabelledLeads(options.file)).slice(0, options.limit);
  // Before anything is paid for.
  if (options.jsonPath !== undefined) await requireWritable(options.jsonPath);
  const open = await openModel(config, () => new Date());
  try {
    const runs: Run[] = [];
    for (const candidate of options.candidates) runs.push(await runOf(open, leads, candidate));
    const { file, jsonPath } = options;
    const { isSimulated } = open;
    process.stdout.write(reportText({ file, isSimulated }, runs));
    if (jsonPath !== undefined) {
      await writeFile(jsonPath, `${JSON.stringify({ file, isSimulated, runs }, null, 2)}\n`);
    }
    return runs.every(({ metrics }) => metrics.read > 0) ? 0 : 1;
  } finally {
    await open.close();
  }
}

async function requireWritable(path: string): Promise<void> {
  await appendFile(path, '').catch((error: unknown) => {
    throw new BadUsage(`${path}: cannot be written (${errorCode(error) ?? 'unknown'})`);
  });
}

async function runOf(open: OpenModel, leads: LabelledLead[], candidate: Candidate): Promise<Run> {
  const name = `${candidate.model}, ${candidate.promptVersion}`;
  const deps = {
    model: open.model,
    random: Math.random,
    elapsedMs: () => performance.now(),
    concurrency,
    onProgress: (done: number) => {
      const isTold = done === leads.length || done % 10 === 0;
      if (isTold) process.stderr.write(`${name}: ${done} of ${leads.length}\n`);
    },
  };
  const evaluated = await evaluateLeads(deps, leads, candidate, stopped.signal);
  const prices = await readPrices();
  return { candidate, evaluated, metrics: measureLeads(evaluated, { ...candidate, prices }) };
}

function explained(error: unknown): string {
  if (stopped.signal.aborted) return 'stopped';
  if (error instanceof BadUsage) return `${error.message}\n\n${usage}`;
  const isOurs = error instanceof BadEvaluationFile || error instanceof BadConfiguration;
  if (isOurs || !(error instanceof Error)) return errorText(error);
  return error.stack ?? error.message;
}

/** As `sysexits.h` has them: 64 usage, 65 data, 78 configuration; 130 for a stop. */
function exitCodeOf(error: unknown): number {
  if (stopped.signal.aborted) return 130;
  if (error instanceof BadUsage) return 64;
  if (error instanceof BadEvaluationFile) return 65;
  return error instanceof BadConfiguration ? 78 : 1;
}
