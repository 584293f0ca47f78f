import { createApiKey } from '../../src/accounts/api-keys.ts';
import type { LeadKeys } from '../../src/leads/list-leads.ts';
import { urlForRole } from '../../src/lib/database-roles.ts';
import { createPool, type Db, type Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import type { Result } from '../report/results.ts';
import { type Spread, spread } from '../report/stats.ts';
import type { Stage } from '../setup/stage.ts';
import { fillWithLeads, type StoredLeads } from '../setup/stored-leads.ts';
import { type Deep, leadQuestions, type Question } from './lead-questions.ts';
import type { Plan, Say } from './plan.ts';

const warmUps = 40;
const goalMs = 50;

/**
 * How long lists, searches and timelines take through the API of one server, one question at a time, among so many
 * stored leads. The floor is a bare select of a page's ids by its index, asked of Postgres directly in the same run.
 */
export async function measureLeads(stage: Stage, plan: Plan, say: Say): Promise<Result[]> {
  const database = await stage.createDatabase();
  say(`storing ${plan.storedLeads} leads`);
  const stored = await fillWithLeads(database, plan.storedLeads);
  const pool = createPool({
    url: urlForRole(database.url, 'rapport_app', stage.vault),
    maxConnections: 2,
    applicationName: 'bench',
    settings: { plan_cache_mode: 'force_generic_plan' },
    onError: () => undefined,
  });
  const server = await stage.startProduct({ roles: ['server'], database });
  try {
    const keys = await makeKeys(pool, stored);
    const deep = await deepCursors(pool, stored);
    const floor = await timeFloor(pool, stored, plan.questions);
    say(`floor: p95 ${floor.p95.toFixed(2)} ms`);
    const results: Result[] = [];
    for (const question of leadQuestions(stored, deep)) {
      const url = `http://127.0.0.1:${server.port}/api/v1`;
      const ask = (n: number) => get(`${url}${question.path(n)}`, keys[question.of]);
      const times = await timeEach(ask, plan.questions);
      const how = await planOf(pool, stored, question);
      say(`${question.name}: p50 ${times.p50.toFixed(1)}, p95 ${times.p95.toFixed(1)} ms`);
      results.push(...linesOf(question.name, times, { floor, how }));
    }
    return results;
  } finally {
    await server.stop();
    await pool.end();
  }
}

function linesOf(setup: string, times: Spread, rest: { floor: Spread; how: string }): Result[] {
  const line = (figure: 'p50' | 'p95' | 'p99'): Result => ({
    measure: 'leads',
    setup,
    metric: `${figure} ms`,
    product: times[figure],
    other: { name: 'floor', value: rest.floor[figure] },
  });
  return [
    line('p50'),
    { ...line('p95'), goal: { of: 'product', atMost: goalMs }, rounds: { times, plan: rest.how } },
    line('p99'),
  ];
}

async function timeEach(ask: (n: number) => Promise<unknown>, count: number): Promise<Spread> {
  for (let n = 0; n < warmUps; n += 1) await ask(n);
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await ask(n + warmUps);
    times.push(performance.now() - startedAt);
  }
  return spread(times);
}

async function get(url: string, key: string): Promise<void> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${text}`);
}

function timeFloor(pool: Pool, { large }: StoredLeads, count: number): Promise<Spread> {
  return timeEach(
    () =>
      asTenant(pool, large.userId, (tx) =>
        tx.query(
          `select conversation_id from extractions
            where user_id = $1 and is_latest
            order by total_score desc, extracted_at desc, conversation_id desc
            limit 51`,
          [large.userId],
        ),
      ),
    count,
  );
}

async function makeKeys(
  pool: Pool,
  stored: StoredLeads,
): Promise<Record<'large' | 'small', string>> {
  const keyOf = async ({ userId }: { userId: string }): Promise<string> => {
    const made = await asTenant(pool, userId, (tx) =>
      createApiKey(tx, { newId, userId, name: 'bench' }),
    );
    return made.apiKey;
  };
  return { large: await keyOf(stored.large), small: await keyOf(stored.small) };
}

/** Keys of leads from all over the list, as the pages before them would have given. */
async function deepCursors(pool: Pool, { large }: StoredLeads): Promise<Deep> {
  const found = await asTenant(pool, large.userId, (tx) =>
    tx.query(
      `select total_score as score, (extract(epoch from extracted_at) * 1000000)::float8 as us,
              conversation_id as id
         from leads where user_id = $1
        order by md5(conversation_id) limit 100`,
      [large.userId],
    ),
  );
  return found.rows.map(({ score, us, id }): Deep[number] => {
    const keys: LeadKeys = [score, us, id];
    return { keys, cursor: Buffer.from(JSON.stringify(keys)).toString('base64url') };
  });
}

/** How Postgres answers the question, as the app's role and with the app's settings. */
async function planOf(pool: Pool, { large }: StoredLeads, { plan }: Question): Promise<string> {
  if (plan === undefined) return '';
  const lines: string[] = [];
  await asTenant(pool, large.userId, (tx) => plan(explaining(tx, lines), large.userId));
  return lines.join('\n');
}

/** Runs statements as their explanation, and finds no rows. */
function explaining(tx: Db, lines: string[]): Db {
  const query = async (text: string, values: unknown[] = []) => {
    if (!/^\s*(select|with)/.test(text)) return tx.query(text, values);
    const explained = await tx.query(`explain (analyze, costs off, timing off) ${text}`, values);
    lines.push(...explained.rows.map((row) => String(row['QUERY PLAN'])));
    return { ...explained, rows: [] };
  };
  return new Proxy(tx, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}
