import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { machineNowMs } from './children/clock.ts';
import { ackRound } from './measures/acks.ts';
import { latencyRound } from './measures/latency.ts';
import type { Contender } from './measures/plan.ts';
import { replyRound } from './measures/replies.ts';
import { visitorRound } from './measures/visitor-round.ts';
import { readOptions } from './options.ts';
import { summariseProfile, type Window } from './profile/cpu-profile.ts';
import { sampleWaits, statementSettings, watchStatements } from './profile/statements.ts';
import type { ProductRole } from './setup/product.ts';
import { startBenchRedis } from './setup/redis.ts';
import { type Listener, openStage, type Stage } from './setup/stage.ts';

/*
 * Where the time goes: node's profile of each process of rapport, and Postgres' cost by statement.
 *
 *   node bench/profile.ts [replies|acks|latency|webchat] [--roles all|server|server,worker] [--redis] [--seconds 10]
 *                         [--no-statuses] [--keep]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    roles: { type: 'string' },
    redis: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    'no-statuses': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const what = positionals[0] ?? 'replies';
const seconds = Number(values.seconds);
const statuses = !values['no-statuses'];
const { plan } = readOptions(['--quick']);
const parentDir = fileURLToPath(new URL('../.data', import.meta.url));

await main();

async function main(): Promise<void> {
  await mkdir(parentDir, { recursive: true });
  const folder = await mkdtemp(join(parentDir, 'profile-'));
  const redis = values.redis ? await startBenchRedis() : undefined;
  const stage = await openStage({ parentDir, tenants: 10, postgresSettings: statementSettings });
  const database = await stage.createDatabase(what === 'webchat' ? 'webchat' : 'whatsapp');
  const started: { role: ProductRole; profileFolder: string; listener: Listener }[] = [];
  for (const role of roles()) {
    const profileFolder = join(folder, role);
    const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, '--cpu-prof-interval=250'];
    const options = { roles: [role], database, redisUrl: redis?.url, nodeFlags };
    started.push({ role, profileFolder, listener: await stage.startProduct(options) });
  }
  const listening = started.find(({ role }) => role !== 'worker')?.listener;
  if (listening === undefined) throw new Error('one of the roles must be a server');
  const processes = started.flatMap(({ listener }) => listener.processes);
  const contender = { listener: { ...listening, processes }, database };
  await load(stage, contender, plan.warmUpSeconds);
  const owner = await connect(database.url);
  const sampler = await connect(database.url);
  await owner.query('vacuum analyze');
  await load(stage, contender, 1);
  const watching = startWatching(owner, sampler);
  const { messages, cpuMicros } = await load(stage, contender, seconds, watching.begin);
  const { fromMs, statements, waits } = watching.end();
  const window: Window = { fromMs, toMs: machineNowMs(), messages };
  console.log(`## ${what}: ${messages} messages in ${seconds} s, profiled\n`);
  if (cpuMicros !== undefined) console.log('CPU µs a message:', JSON.stringify(cpuMicros));
  console.log(`\n### Postgres\n\n${await statements(messages)}\n\n${await waits}`);
  await Promise.all([owner.end(), sampler.end()]);
  await Promise.all(started.map(({ listener }) => listener.stop()));
  for (const { role, profileFolder } of started) {
    console.log(`\n### rapport ${role}\n\n${await summariseProfile(profileFolder, window)}`);
  }
  await stage.close();
  await redis?.stop();
  if (values.keep) console.log(`\nThe profiles are in ${folder}`);
  else await rm(folder, { recursive: true, force: true });
  process.exit(0);
}

/** Watches Postgres from when the measured part begins until it ends. */
function startWatching(owner: pg.Client, sampler: pg.Client) {
  const stopSampling = new AbortController();
  let begun: { fromMs: number; statements: Report; waits: Promise<string> } | undefined;
  return {
    async begin(): Promise<void> {
      const statements = await watchStatements(owner);
      begun = {
        statements,
        waits: sampleWaits(sampler, stopSampling.signal),
        fromMs: machineNowMs(),
      };
    },
    end() {
      stopSampling.abort();
      if (begun === undefined) throw new Error('nothing was measured');
      return begun;
    },
  };
}

type Report = Awaited<ReturnType<typeof watchStatements>>;

async function load(
  stage: Stage,
  contender: Contender,
  forSeconds: number,
  begin: () => Promise<void> = async () => {},
): Promise<{ messages: number; cpuMicros?: Record<string, number> }> {
  if (what === 'webchat') {
    const patient = { ...plan, webchatSeconds: forSeconds, warmUpSeconds: 1 };
    const round = await visitorRound(stage, patient, contender, begin);
    const { first, asked, shown, whole, stored, posted, cpuMicros } = round;
    console.log(JSON.stringify({ first, asked, shown, whole, stored }));
    return { messages: posted, cpuMicros };
  }
  await begin();
  if (what === 'acks') {
    const { accepted, cpuMicros } = await ackRound(stage, plan, contender, forSeconds);
    return { messages: accepted, cpuMicros };
  }
  if (what === 'latency') {
    const times = await latencyRound(stage, plan, contender, {
      seconds: forSeconds,
      statuses,
    });
    console.log(JSON.stringify(times));
    return { messages: times.send.count };
  }
  const options = { seconds: forSeconds, statuses };
  const { answered, perSecond, cpuMicros } = await replyRound(stage, plan, contender, options);
  console.log(`${perSecond.toFixed(0)} replies/s`);
  return { messages: answered, cpuMicros };
}

function roles(): ProductRole[] {
  const named = (values.roles ?? (what === 'acks' ? 'server' : 'all')).split(',');
  const known = ['server', 'worker', 'all'] as const;
  return known.filter((role) => named.includes(role));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
