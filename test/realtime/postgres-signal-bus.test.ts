import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { createPostgresSignalBus } from '../../src/realtime/postgres-signal-bus.ts';
import type { SignalBus } from '../../src/realtime/signal-bus.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { heardFrom, hears } from './two-buses.ts';

let database: TestDatabase;
const buses: SignalBus[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await database.drop();
});

function openBus(processId: string, pool = database.pool('rapport_app')): SignalBus {
  const bus = createPostgresSignalBus({
    pool,
    listenUrl: database.ownerUrl,
    processId,
    log: silentLog,
  });
  buses.push(bus);
  return bus;
}

describe('createPostgresSignalBus', () => {
  it('carries looks and transients to another process, and tells its own at once', async () => {
    const [here, there] = [openBus('here'), openBus('there')];
    const heard = heardFrom(there);
    let ownLooks = 0;
    here.onLook(() => {
      ownLooks += 1;
    });
    await hears(heard, here);
    const looksBefore = heard.looks;
    const ownBefore = ownLooks;

    here.publishLook();
    const ownAtOnce = ownLooks - ownBefore;
    while (heard.looks === looksBefore) await pause(5);

    expect(ownAtOnce).toBe(1);
    expect(heard.transients[0]).toEqual({
      userId: 'usr_1',
      kind: 'typing',
      payload: { conversationId: 'cnv_1' },
    });
  });

  // Seen failing with `if (look) return` and the gathering by `paced` taken out.
  it('makes few statements of many looks', async () => {
    const pool = database.pool('rapport_app');
    let statements = 0;
    const query = pool.query.bind(pool);
    const counting = Object.assign(pool, {
      query: (...args: Parameters<typeof query>) => {
        statements += 1;
        return query(...args);
      },
    });
    const bus = openBus('busy', counting);

    for (let round = 0; round < 20; round += 1) {
      for (let count = 0; count < 50; count += 1) bus.publishLook();
      await pause(1);
    }
    await bus.close();

    expect(statements).toBeGreaterThan(0);
    expect(statements).toBeLessThan(20);
  });

  // Seen failing with the loop taken out of keepListening.
  it('listens again after it has lost its connection, and says that something may have been missed', async () => {
    const [here, there] = [openBus('h2'), openBus('t2')];
    const heard = heardFrom(there);
    await hears(heard, here);
    const looksBefore = heard.looks;

    await database.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'rapport realtime' and datname = current_database()`,
    );
    while (heard.looks === looksBefore) await pause(10);
    heard.transients.length = 0;
    await hears(heard, here);

    expect(heard.transients.length).toBeGreaterThan(0);
  });
});
