import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InboundEvent, MessageReceived } from '../../src/channels/inbound-event.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { arrangeOutbound, deliveryOf, progress } from './arrange-outbound.ts';
import { phone, message as said, userId } from './inbound-events.ts';
import { ingestInto } from './ingest-into.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

function newIngest(): (events: InboundEvent[]) => Promise<void> {
  return ingestInto(database);
}

function message(customer: string, id: string): MessageReceived {
  return said({ accountId: tenant.accountId, addresses: [phone(customer)] }, id);
}

async function stored(phone: string): Promise<{ no: number; id: string }[]> {
  const result = await database.owner.query(
    `select m.sequence_no as no, m.platform_message_id as id
       from messages m join conversations c using (conversation_id)
      where c.agent_id = $1 and c.customer_phone = $2 order by m.sequence_no`,
    [tenant.agentId, phone],
  );
  return result.rows;
}

describe('ingest', () => {
  // Seen failing with the unique key (conversation_id, platform_message_id) and the check of stored
  // messages taken out (duplicates), and with `last_sequence_no` read before the lock (gaps).
  it('numbers messages 1..n without gaps and stores each once, however often and wherever it is delivered', async () => {
    const processes = [newIngest(), newIngest(), newIngest(), newIngest()];
    const ids = Array.from({ length: 40 }, (_, n) => `wamid.${n}`);
    const deliveries = processes.flatMap((ingest) =>
      ids.flatMap((id) => [
        ingest([message('5511999990001', id)]),
        ingest([message('5511999990001', id)]),
      ]),
    );

    await Promise.all(deliveries);

    const rows = await stored('5511999990001');
    expect(rows.map(({ no }) => no)).toEqual(ids.map((_, n) => n + 1));
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
  });

  it('stores every message of one large delivery in the order it came', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `wamid.large.${n}`);

    await newIngest()(ids.map((id) => message('5511999990002', id)));

    expect((await stored('5511999990002')).map(({ id }) => id)).toEqual(ids);
  });

  it('keeps a person one contact whichever address comes', async () => {
    const ingest = newIngest();
    const { accountId } = tenant;

    await ingest([
      said({ accountId, addresses: [phone('5511999990003'), userId('BR.77')] }, 'wamid.p1'),
    ]);
    await ingest([said({ accountId, addresses: [userId('BR.77')] }, 'wamid.p2')]);

    expect((await stored('5511999990003')).map(({ id }) => id)).toEqual(['wamid.p1', 'wamid.p2']);
  });

  // Seen failing with delivery_rank taken out of storeStatuses: the last one told wins.
  it('applies a status only forward', async () => {
    const ours = await arrangeOutbound(database.owner, tenant);
    const ingest = newIngest();

    for (const status of ['delivered', 'read', 'sent', 'delivered'] as const) {
      await ingest([progress(tenant, ours, status)]);
    }

    expect(await deliveryOf(database.owner, ours)).toMatchObject({ status: 'read' });
  });
});
