import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExtractionWorker } from '../../src/leads/extraction/extraction-worker.ts';
import { sleep } from '../../src/lib/clock.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { LanguageModel } from '../../src/llm/language-model.ts';
import { ModelAborted } from '../../src/llm/model-errors.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { arrangeTalk, leadReader, leadRows } from './lead-reader.ts';
import { readingOf } from './readings.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

/** A model that takes its time, and remembers how many it was asked at once. */
function slowModel(ms: number) {
  const asked = { now: 0, most: 0, times: 0 };
  const model: LanguageModel = {
    respond: async (_, signal) => {
      asked.now += 1;
      asked.times += 1;
      asked.most = Math.max(asked.most, asked.now);
      await sleep(ms, signal);
      asked.now -= 1;
      if (signal.aborted) throw new ModelAborted('stopped');
      return {
        responseId: 'resp_1',
        model: 'test-model',
        usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
        kind: 'text',
        text: JSON.stringify(readingOf({})),
      };
    },
  };
  return { model, asked };
}

function workerWith(model: LanguageModel, options: { leaseMs: number; maxAtOnce: number }) {
  return createExtractionWorker({
    ...options,
    app: database.pool('rapport_app'),
    newId,
    model,
    random: () => 0,
    now: () => new Date(),
    defaultModel: 'test-model',
    idleMs: 0,
    publishLook: () => {},
    log: silentLog,
    observe: () => {},
    stored: async () => {},
    lookAgain: () => {},
  });
}

/** Waits until somebody reads it. */
function untilHeld(conversationId: string): Promise<true> {
  return eventually('it is held', async () => {
    const { rows } = await database.owner.query(
      'select extraction_lease_id is not null as held from conversations where conversation_id = $1',
      [conversationId],
    );
    return rows[0].held === true;
  });
}

describe('a worker that reads leads', () => {
  // Seen failing with the renewal taken out: the conversation was claimed a second time.
  it('holds on to a conversation for as long as its model takes', async () => {
    const conversationId = await arrangeTalk(database.owner, tenant, ['Hi']);
    const worker = workerWith(slowModel(1_500).model, { leaseMs: 400, maxAtOnce: 5 });
    const other = leadReader(database, tenant, conversationId);
    await worker.take([{ userId: tenant.userId, conversationId }]);
    await untilHeld(conversationId);

    await sleep(1_000);
    const claimed = await other.claim();
    await worker.stop(5_000);

    expect(claimed).toEqual([]);
    expect(await leadRows(database.owner, conversationId)).toHaveLength(1);
  });

  // Seen failing without the count of hands.
  it('asks the model for so many conversations at once and no more', async () => {
    const { model, asked } = slowModel(20);
    const worker = workerWith(model, { leaseMs: 60_000, maxAtOnce: 3 });
    const leads = await Promise.all(
      Array.from({ length: 12 }, async () => ({
        userId: tenant.userId,
        conversationId: await arrangeTalk(database.owner, tenant, ['Hi']),
      })),
    );

    await worker.take(leads);
    await eventually('all are read', () => worker.underWay() === 0);
    await worker.stop(0);

    expect(asked.times).toBe(12);
    expect(asked.most).toBeLessThanOrEqual(3);
  });

  // Seen failing without the abort: stopping waited for the model.
  it('gives back what is under way when it is told to stop', async () => {
    const conversationId = await arrangeTalk(database.owner, tenant, ['Hi']);
    const worker = workerWith(slowModel(60_000).model, { leaseMs: 60_000, maxAtOnce: 5 });
    await worker.take([{ userId: tenant.userId, conversationId }]);
    await untilHeld(conversationId);

    await worker.stop(50);
    const other = leadReader(database, tenant, conversationId);

    // Given back, and not merely left to its lease of a minute.
    expect(await other.claim()).toHaveLength(1);
  });
});
