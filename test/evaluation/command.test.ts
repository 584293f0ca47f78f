import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import { eventually } from '../support/eventually.ts';
import { lineWith } from './hand-made.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wholeFile = 'evaluations/leads.jsonl';

const Outcome = z.looseObject({ tag: z.string() });
const Written = z.object({
  runs: z.array(z.object({ evaluated: z.array(z.object({ id: z.string(), outcome: Outcome })) })),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluation-'));
});
afterAll(() => rm(folder, { recursive: true }));

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(`${root}node_modules/.bin/node`, ['src/evaluation/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      printed[stream] += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, ...printed }));
  return { child, ended };
}

const run = (args: string[], env?: Record<string, string>) => start(args, env).ended;

async function fileWith(name: string, ...lines: unknown[]): Promise<string> {
  const path = join(folder, name);
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, texts.join('\n'));
  return path;
}

describe('npm run evaluate', () => {
  it('reads the whole file on the simulator and says what that is worth', async () => {
    const json = join(folder, 'all.json');

    const { code, stdout, stderr } = await run(['leads', wholeFile, '--json', json]);

    expect(code).toBe(0);
    expect(stdout).toContain('60 conversations in 16 languages');
    expect(stdout).toContain('It measures the plumbing only, not a model;');
    expect(stdout).toMatch(/^read +60 of 60$/m);
    expect(stdout).toMatch(/^ {2}literal +100\.0 %$/m);
    expect(stdout).toMatch(/^ {2}urgency +\d+\.\d % \(\d+\.\d %, [+−]\d\.\d\d\)$/m);
    expect(stdout).toMatch(/^label \\ came out +Hot +Warm +Cold +unread$/m);
    expect(stdout).toMatch(/^zh-wholesale-lamps +Hot +\w+ +.*fit 3→1/m);
    expect(stderr).toContain('60 of 60');
    const written: unknown = JSON.parse(await readFile(json, 'utf8'));
    expect(written).toMatchObject({
      isSimulated: true,
      runs: [{ metrics: { conversations: 60, read: 60, evidence: { literalShare: 1 } } }],
    });
  });

  it('does not let those who talk to the machine become Hot, though the simulator believes them', async () => {
    const json = join(folder, 'hostile.json');

    await run(['leads', wholeFile, '--json', json]);

    const { runs } = Written.parse(JSON.parse(await readFile(json, 'utf8')));
    const hostile = runs[0]?.evaluated.find(({ id }) => id === 'en-injection-mark-hot');
    expect(hostile?.outcome).toMatchObject({ tag: 'Cold', modelGrades: { intent: 3, budget: 3 } });
  });

  it('shows two candidates side by side', async () => {
    const { code, stdout } = await run([
      ...['leads', wholeFile, '--limit', '4'],
      ...['--compare-prompt', 'leads-1', '--compare-model', 'unheard-of'],
    ]);

    expect(code).toBe(0);
    expect(stdout).toContain(
      'A  gpt-5.6-luna, instructions leads-2\nB  unheard-of, instructions leads-1',
    );
    expect(stdout).toMatch(/^read +4 of 4 +4 of 4$/m);
    expect(stdout).toMatch(/^cost, all +\$\S+ +price unknown$/m);
    expect(stdout).toContain('No conversation changed its tag.');
  });

  // Seen failing with faulty lines left out.
  it('stops at a broken file, with every line and what is wrong with it', async () => {
    const path = await fileWith(
      'broken.jsonl',
      lineWith(),
      '{"id":',
      lineWith({ language: 'xyz' }),
    );

    const { code, stdout, stderr } = await run(['leads', path]);

    expect(code).toBe(65);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${path}:2: is no JSON`);
    expect(stderr).toContain(`${path}:3: language: is two lower-case letters`);
    expect(stderr).not.toContain('    at ');
  });

  it('does not fall back to the simulator where none is wanted', async () => {
    const { code, stdout, stderr } = await run(['leads', wholeFile], { SIMULATE: 'none' });

    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain('OPENAI_API_KEY is needed');
  });

  it.each([
    [[], 'only "leads" can be evaluated'],
    [['leads'], 'a file is needed'],
    [['leads', 'a', 'b'], 'one file only'],
    [['leads', 'a', '--prompt', 'leads-0'], 'there are no instructions "leads-0"'],
    [['leads', 'a', '--limit', '0'], '--limit is a whole number from 1'],
    [
      ['leads', wholeFile, '--json', '/nowhere/out.json'],
      '/nowhere/out.json: cannot be written (ENOENT)',
    ],
    [['leads', 'a', '--modle', 'x'], "Unknown option '--modle'"],
  ])('explains itself for %j', async (args, complaint) => {
    const { code, stderr } = await run(args);

    expect(code).toBe(64);
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('npm run evaluate -- leads FILE');
  });
});

describe('npm run evaluate with a key', () => {
  let provider: RunningSimulators;
  let env: Record<string, string>;
  beforeEach(async () => {
    provider = await startSimulators({ webhookUrl: 'http://127.0.0.1:9/', appSecret: 'x' });
    env = { OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: provider.openaiBaseUrl };
  });
  afterEach(() => provider.close());

  it('asks the provider, with the model that was named', async () => {
    const args = ['leads', wholeFile, '--limit', '3', '--model', 'some-model'];

    const { code, stdout } = await run(args, env);

    expect(code).toBe(0);
    expect(stdout).not.toContain('plumbing');
    expect(provider.modelRequests().map(({ body }) => body)).toMatchObject(
      Array.from({ length: 3 }, () => ({ model: 'some-model', store: false })),
    );
  });

  // Seen failing with an unread conversation left out of the report.
  it('reports what could not be read, and fails only when nothing could', async () => {
    const fault = { target: 'extractions', action: 'error', status: 400, code: 'invalid_prompt' };
    provider.addFault('openai', { ...fault, times: 1 });
    const some = await run(['leads', wholeFile, '--limit', '3'], env);
    provider.addFault('openai', { ...fault, times: 10 });
    const none = await run(['leads', wholeFile, '--limit', '3'], env);

    expect(some.code).toBe(0);
    expect(some.stdout).toMatch(/^read +2 of 3$/m);
    expect(some.stdout).toMatch(/^ {2}not: llm\.invalid_request +1$/m);
    expect(none.code).toBe(1);
    expect(none.stdout).toMatch(/^read +0 of 3$/m);
  });

  it('ends at once when it is stopped', async () => {
    provider.addFault('openai', { target: 'extractions', action: 'hang', times: 100 });
    const { child, ended } = start(['leads', wholeFile], env);
    await eventually('it asks', () => provider.modelRequests().length > 0);

    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ code: 130, stdout: '', stderr: 'stopped\n' });
  });
});
