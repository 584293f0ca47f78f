import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { sqlState } from '../../src/lib/db.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await Promise.all([stage.start('server'), stage.start('worker')]);
});
afterAll(() => stage.close());

/** Takes everything out of the queue, as an operator may at any time. */
async function wipeQueue({ redis, owner }: Stage): Promise<void> {
  if (redis !== undefined) return redis.wipe();
  const { rows } = await owner.query(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as names
       from pg_tables where schemaname = 'bullmq' and tablename not like '%migration%'`,
  );
  await eventually('the tables are empty', () =>
    owner.query(`truncate ${rows[0].names}`).then(
      () => true,
      (error: unknown) => {
        // It locks the tables one by one, and so may meet a worker that has locked them otherwise.
        if (sqlState(error) === '40P01') return false;
        throw error;
      },
    ),
  );
}

describe('a queue that is wiped while rapport runs', () => {
  // Seen failing with the replies taken out of the sweep.
  it('loses no reply that was waiting for its quiet period', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 1_000 } });
    const customers = Array.from({ length: 20 }, () => stage.customer());
    await Promise.all(customers.map((one) => stage.write(tenant, one, `I am ${one}`)));

    await wipeQueue(stage);

    await expectSettled(stage, tenant);
  });

  it('loses nothing and doubles nothing when it is wiped again and again under load', async () => {
    const tenant = await stage.tenant();
    stage.simulators.configure({ modelLatencyMs: 100 });
    const load = Array.from({ length: 100 }, () => {
      const customer = stage.customer();
      return stage.write(tenant, customer, `I am ${customer}`);
    });

    for (const part of [20, 50, 80]) {
      await eventually(`${part} messages are stored`, async () => {
        const { rows } = await stage.owner.query(
          'select count(*)::int as count from messages where user_id = $1',
          [tenant.userId],
        );
        return rows[0].count >= part;
      });
      await wipeQueue(stage);
    }
    await Promise.all(load);

    await expectSettled(stage, tenant);
  });
});

describe('workers whose queue was wiped', () => {
  // Without a sweep there are only hints.
  it('still take the hints that come afterwards', async () => {
    const hintsOnly = await openStage({ env: { SWEEP_INTERVAL_MS: '3600000' } });
    try {
      const tenant = await hintsOnly.tenant();
      await hintsOnly.start('all');
      await hintsOnly.write(tenant, hintsOnly.customer(), 'before');
      await expectSettled(hintsOnly, tenant);

      await wipeQueue(hintsOnly);
      await hintsOnly.write(tenant, hintsOnly.customer(), 'after');

      await expectSettled(hintsOnly, tenant);
    } finally {
      await hintsOnly.close();
    }
  });
});
