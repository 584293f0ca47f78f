import pg from 'pg';
import type { z } from 'zod';

/** Anything that runs SQL: a pool, or a client inside a transaction. */
export type Db = Pick<pg.ClientBase, 'query'>;

export type Pool = pg.Pool;

/** A statement that is planned once for each connection. `name` must be unique for its text. */
export type Statement = { name: string; text: string; values: unknown[] };

export type PoolOptions = {
  url: string;
  maxConnections: number;
  applicationName: string;
  onError: (error: Error) => void;
  settings?: Record<string, string>;
};

/** Opens a pool whose clients may lose their server without ending the process, at rest and in use. */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    pipeline: true,
    options: Object.entries({ timezone: 'UTC', ...options.settings })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  // A client in use, between two of its queries, has nobody else who hears that its server is gone; its next
  // query says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', (error) => {
    // What a pool that is being ended loses, it was letting go of anyway.
    if (!pool.ending) options.onError(error);
  });
  return pool;
}

/** Runs SQL and parses every row with the schema that also gives the rows' type. */
export async function rows<Row>(
  db: Db,
  schema: z.ZodType<Row>,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const result = await db.query(text, values);
  return result.rows.map((row) => schema.parse(row));
}

/** The first row, or undefined when there is none. */
export async function maybeRow<Row>(
  db: Db,
  schema: z.ZodType<Row>,
  text: string,
  values: unknown[] = [],
): Promise<Row | undefined> {
  return (await rows(db, schema, text, values))[0];
}

/** The only row of a statement that always has one. Throws when it has none. */
export async function oneRow<Row>(
  db: Db,
  schema: z.ZodType<Row>,
  text: string,
  values: unknown[] = [],
): Promise<Row> {
  const row = await maybeRow(db, schema, text, values);
  if (row === undefined) throw new Error('a statement that always answers a row answered none');
  return row;
}

/** The SQLSTATE of a Postgres error, or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Whether an error names this constraint as the one violated. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.constraint === constraint;
}

const deadlockAttempts = 5;

/**
 * Runs a transaction again that Postgres ended because two waited for each other: nothing of it stands, and the other one
 * goes on. `work` must do nothing outside its transaction. The last attempt's error is thrown.
 */
export async function retryDeadlocks<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === deadlockAttempts || sqlState(error) !== '40P01') throw error;
    }
  }
}

/** Runs work in one transaction of its own connection; rolls back when it throws. No provider may be called inside. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (tx: Db) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
