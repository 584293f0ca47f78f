import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '../../src/channels/inbound-event.ts';
import { recordSends } from '../../src/delivery/record-sends.ts';
import { arrangeOutbound, type Outbound, progress } from '../inbound/arrange-outbound.ts';
import { ingestInto } from '../inbound/ingest-into.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let tenant: Tenant;
let ingest: (events: InboundEvent[]) => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
  ingest = ingestInto(database);
});
afterAll(() => database.drop());

async function eventsAbout({ messageId }: Outbound): Promise<unknown[]> {
  const { rows } = await database.owner.query(
    `select kind, details ->> 'reason' as reason, details ->> 'error' as error, tell_at is not null as due
       from lead_events where details ->> 'messageId' = $1`,
    [messageId],
  );
  return rows;
}

const event = { kind: 'failure', reason: 'send_failed', error: expect.any(String), due: true };

// Each seen failing with recordUndelivered taken out of its statement.
describe('a message that never reaches its customer', () => {
  it('is something to tell the team once when its status says so, however often it does', async () => {
    const ours = await arrangeOutbound(database.owner, tenant);

    await ingest([progress(tenant, ours, 'failed')]);
    await ingest([progress(tenant, ours, 'failed')]);

    expect(await eventsAbout(ours)).toEqual([event]);
  });

  it('is something to tell the team when the provider refuses the send', async () => {
    const ours = await arrangeOutbound(database.owner, tenant);
    const record = { result: 'failed', errorCode: 131_026, errorText: 'Undeliverable' } as const;
    const send = { userId: tenant.userId, messageId: ours.messageId, record, templateName: null };

    await recordSends(database.pool('rapport_app'), [send]);
    await recordSends(database.pool('rapport_app'), [send]);

    expect(await eventsAbout(ours)).toEqual([event]);
  });

  it('is nothing to tell of while it may still arrive', async () => {
    const ours = await arrangeOutbound(database.owner, tenant);

    await ingest([progress(tenant, ours, 'sent'), progress(tenant, ours, 'delivered')]);

    expect(await eventsAbout(ours)).toEqual([]);
  });
});
