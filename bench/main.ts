import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { measureAcks } from './measures/acks.ts';
import { measureLatency } from './measures/latency.ts';
import { measureLeads } from './measures/leads.ts';
import type { Say } from './measures/plan.ts';
import { measureReplies } from './measures/replies.ts';
import { repliesSetups } from './measures/setups.ts';
import { measureTurns } from './measures/turns.ts';
import { measureRowSecurity, measureStored } from './measures/variants.ts';
import { measureWebchat } from './measures/webchat.ts';
import { measureStorm } from './measures/webchat-storm.ts';
import { type MeasureName, type Options, readOptions } from './options.ts';
import { describeMachine, type Machine } from './report/machine.ts';
import type { Result } from './report/results.ts';
import { cpuTable, resultTable } from './report/table.ts';
import { openStage, type Stage } from './setup/stage.ts';

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const startedAt = Date.now();
const say: Say = (line) => {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${line}\n`);
};

await run(readOptions(process.argv.slice(2)));

async function run(options: Options): Promise<void> {
  const parentDir = folderOf('../.data');
  await mkdir(parentDir, { recursive: true });
  const machine = await describeMachine(parentDir);
  say('starting Postgres, the simulators and the load');
  const stage = await openStage({ parentDir, tenants: options.tenants });
  const results: Result[] = [];
  const failures: string[] = [];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stage.close().then(
        () => process.exit(130),
        () => process.exit(130),
      );
    });
  }
  try {
    for (const name of options.measures) {
      results.push(...(await measure(stage, options, name, failures)));
    }
  } finally {
    await stage.close();
  }
  const report = { date: new Date().toISOString(), options, machine, postgres: describe(stage) };
  await writeResults({ ...report, results, failures });
  show(machine, stage, results);
  for (const failure of failures) say(failure);
  process.exit(failures.length === 0 ? 0 : 1);
}

async function measure(
  stage: Stage,
  options: Options,
  name: MeasureName,
  failures: string[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { label, work } of worksOf(stage, options, name)) {
    say(`measuring ${label}`);
    try {
      results.push(...(await work()));
    } catch (error) {
      failures.push(`${label} failed: ${error instanceof Error ? error.message : String(error)}`);
      say(failures.at(-1) ?? '');
    }
  }
  return results;
}

type Work = { label: string; work: () => Promise<Result[]> };

function worksOf(stage: Stage, options: Options, name: MeasureName): Work[] {
  const { plan } = options;
  const setups = repliesSetups.filter((setup) =>
    options.only.every((word) => setup.name.includes(word)),
  );
  switch (name) {
    case 'acks':
      return [{ label: 'acks', work: () => measureAcks(stage, plan, say) }];
    case 'replies':
      return setups.map((setup) => ({
        label: `replies, ${setup.name}`,
        work: () => measureReplies(stage, plan, say, setup),
      }));
    case 'latency':
      return setups
        .filter(({ statuses }) => statuses)
        .map((setup) => ({
          label: `latency, ${setup.name}`,
          work: () => measureLatency(stage, plan, say, setup),
        }));
    case 'webchat':
      return [
        ...setups
          .filter(({ statuses }) => statuses)
          .map((setup) => ({
            label: `webchat, ${setup.name}`,
            work: () => measureWebchat(stage, plan, say, setup),
          })),
        ...(options.only.every((word) => word === 'storm')
          ? [{ label: 'webchat, storm', work: () => measureStorm(stage, plan, say) }]
          : []),
      ];
    case 'turns':
      return [{ label: 'turns', work: () => measureTurns(stage, plan, say) }];
    case 'rls':
      return [
        { label: 'row level security', work: () => measureRowSecurity({ stage, plan, say }) },
      ];
    case 'leads':
      return [{ label: 'leads', work: () => measureLeads(stage, plan, say) }];
    case 'stored':
      return [{ label: 'stored messages', work: () => measureStored({ stage, plan, say }) }];
  }
}

function describe({ postgres }: Stage) {
  return { version: postgres.version, settings: postgres.settings };
}

async function writeResults(report: { date: string } & Record<string, unknown>): Promise<void> {
  const folder = folderOf('results');
  await mkdir(folder, { recursive: true });
  const path = `${folder}/${report.date.replace(/[:.]/g, '-')}.json`;
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  say(`written to ${path}`);
}

function show(machine: Machine, stage: Stage, results: Result[]): void {
  const { version, settings } = stage.postgres;
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.kernel}, Node ${machine.node}; ` +
      `load before ${machine.loadBefore.toFixed(2)}; a synced write of 8 KB takes ${machine.diskSyncMs.toFixed(2)} ms`,
  );
  console.log(
    `PostgreSQL ${version}: ${Object.entries(settings)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}\n`,
  );
  console.log(resultTable(results));
  console.log(`\n${cpuTable(results)}`);
  for (const { note, measure: of, setup } of results) {
    if (note !== undefined) console.log(`\n${of}, ${setup}: ${note}`);
  }
}
