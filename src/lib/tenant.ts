import { type Db, inTransaction, type Pool, retryDeadlocks, type Statement } from './db.ts';

/** How surely a transaction must be on disk when it is answered: `lazy` may lose the last moments if the server dies. */
export type Durability = 'durable' | 'lazy';

/**
 * Runs work for one tenant: row level security shows it that tenant's rows and no others. The tenant
 * is set for the transaction only, so it cannot leak to the next user of the pooled connection.
 */
export function asTenant<Result>(
  pool: Pool,
  userId: string,
  work: (tx: Db) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, work, beginFor([userId], 'durable'));
}

/**
 * Runs one statement for the tenants named, in one round trip: begin, tenant, statement and commit
 * are sent together. A batch over several tenants must name the tenant of each row it touches. Two batches that lock
 * the same rows in other orders wait for each other: the one that Postgres ends for it is sent again.
 */
export function queryAsTenants(
  pool: Pool,
  userIds: Iterable<string>,
  statement: Statement,
  durability: Durability = 'durable',
): Promise<unknown[]> {
  const begin = beginFor([...new Set(userIds)], durability);
  return retryDeadlocks(() => queryInTransaction(pool, begin, statement));
}

async function queryInTransaction(
  pool: Pool,
  begin: string,
  statement: Statement,
): Promise<unknown[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const [began, result, committed] = await Promise.allSettled([
      client.query(begin),
      client.query(statement),
      client.query('commit'),
    ]);
    const failed = [result, began, committed].find((step) => step.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    if (result.status === 'rejected') throw result.reason;
    return result.value.rows;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

const idForm = /^[A-Za-z0-9_-]{1,50}$/;

function beginFor(userIds: string[], durability: Durability): string {
  for (const userId of userIds) {
    if (!idForm.test(userId)) throw new Error('a tenant id has a character that ids never have');
  }
  const commit = durability === 'lazy' ? 'set local synchronous_commit = off; ' : '';
  return `begin; ${commit}select set_config('app.user_ids', '${userIds.join(',')}', true)`;
}
