import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { markdownTable } from '../report/table.ts';

/** Settings with which Postgres counts what each statement costs. */
export const statementSettings: Record<string, string> = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_planning': 'on',
  track_io_timing: 'on',
  track_wal_io_timing: 'on',
};

type Totals = { commits: number; walBytes: number; walRecords: number; walSyncs: number };
type Statement = {
  calls: string;
  plans: string;
  ms: number;
  planMs: number;
  rows: string;
  wal: string;
  query: string;
};

/** Counts from the call on; the answer's call makes the report. */
export async function watchStatements(
  owner: pg.Client,
): Promise<(messages: number) => Promise<string>> {
  await owner.query('create extension if not exists pg_stat_statements');
  await owner.query('select pg_stat_statements_reset()');
  const before = await readTotals(owner);
  return async (messages) => {
    const after = await readTotals(owner);
    const each = (read: (totals: Totals) => number): string =>
      ((read(after) - read(before)) / messages).toFixed(2);
    const found = await owner.query<Statement>(
      `select calls, plans, total_exec_time + total_plan_time as ms, total_plan_time as "planMs", rows, wal_bytes as wal, query
         from pg_stat_statements
        where dbid = (select oid from pg_database where datname = current_database())
          and toplevel and query not like '%pg_stat%'
        order by 2 desc limit 30`,
    );
    const body = found.rows.map(({ calls, plans, ms, planMs, rows, wal, query }) => [
      ((Number(ms) * 1_000) / messages).toFixed(0),
      ((Number(planMs) * 1_000) / messages).toFixed(0),
      (Number(calls) / messages).toFixed(3),
      (Number(plans) / Number(calls)).toFixed(2),
      ((Number(ms) * 1_000) / Number(calls)).toFixed(0),
      (Number(rows) / messages).toFixed(2),
      (Number(wal) / messages).toFixed(0),
      `\`${query.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 110)}\``,
    ]);
    const head = [
      'µs a message',
      'of it planning',
      'calls a message',
      'plans a call',
      'µs a call',
      'rows a message',
      'WAL bytes a message',
      'statement',
    ];
    return `A message costs ${each(({ commits }) => commits)} transactions, ${each(({ walBytes }) => walBytes)} bytes in ${each(({ walRecords }) => walRecords)} records of WAL, ${each(({ walSyncs }) => walSyncs)} syncs.\nTimes are elapsed: they contain waiting for locks, not for the commit's sync.\n\n${markdownTable(head, body)}`;
  };
}

/** Looks every 10 ms at what running statements wait for; `signal` ends it. */
export async function sampleWaits(owner: pg.Client, signal: AbortSignal): Promise<string> {
  const counts = new Map<string, number>();
  let looks = 0;
  while (!signal.aborted) {
    looks += 1;
    const found = await owner.query<{ wait: string; what: string }>(
      `select coalesce(wait_event_type || ': ' || wait_event, 'running') as wait,
              regexp_replace(left(query, 400), '\\s+', ' ', 'g') as what
         from pg_stat_activity
        where state <> 'idle' and pid <> pg_backend_pid() and backend_type = 'client backend'
          and wait_event is distinct from 'ClientRead'`,
    );
    for (const { wait, what } of found.rows) {
      const key = `${wait}\n${what.slice(0, 90).replaceAll('|', '\\|')}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    await sleep(10);
  }
  const body = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 25)
    .map(([key, count]) => {
      const [wait = '', what = ''] = key.split('\n');
      return [(count / looks).toFixed(2), wait, `\`${what}\``];
    });
  return markdownTable(['backends at once', 'wait', 'statement'], body);
}

async function readTotals(owner: pg.Client): Promise<Totals> {
  const read = await owner.query<{
    commits: string;
    bytes: string;
    records: string;
    syncs: string;
  }>(
    `select (select xact_commit from pg_stat_database where datname = current_database()) as commits,
            wal_bytes as bytes, wal_records as records,
            (select sum(fsyncs) from pg_stat_io where object = 'wal') as syncs
       from pg_stat_wal`,
  );
  const row = read.rows[0];
  return {
    commits: Number(row?.commits),
    walBytes: Number(row?.bytes),
    walRecords: Number(row?.records),
    walSyncs: Number(row?.syncs),
  };
}
