import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MediaReference, MessageReceived } from '../../src/channels/inbound-event.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { phone, message as said } from './inbound-events.ts';
import { ingestInto } from './ingest-into.ts';

const visitor = '5511999990001';

let database: TestDatabase;
let tenant: Tenant;
let other: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
  other = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

async function uploaded(by: Tenant): Promise<string> {
  const attachmentId = newId('att');
  await database.owner.query(
    `insert into attachments
       (attachment_id, user_id, kind, mime_type, storage_key, status, uploaded_by, next_attempt_at)
     values ($1, $2, 'image', 'image/webp', $3, 'stored', $4, null)`,
    [attachmentId, by.userId, `${by.userId}/xx/${attachmentId}`, visitor],
  );
  return attachmentId;
}

function withFiles(id: string, ...attachmentIds: string[]): MessageReceived {
  const media = attachmentIds.map(
    (attachmentId): MediaReference => ({
      kind: 'image',
      attachmentId,
    }),
  );
  const event = said({ accountId: tenant.accountId, addresses: [phone(visitor)] }, id);
  return { ...event, content: { ...event.content, media } };
}

async function filesOf(id: string): Promise<object[]> {
  const { rows } = await database.owner.query(
    `select a.attachment_id as "attachmentId", a.position, a.status, a.user_id as "userId"
       from messages m left join attachments a using (message_id)
      where m.platform_message_id = $1 order by a.position`,
    [id],
  );
  return rows;
}

describe('uploads that a message names', () => {
  it('become its files as they are, in its order', async () => {
    const first = await uploaded(tenant);
    const second = await uploaded(tenant);

    await ingestInto(database)([withFiles('takes', second, first)]);

    const { userId } = tenant;
    expect(await filesOf('takes')).toEqual([
      { attachmentId: second, position: 0, status: 'stored', userId },
      { attachmentId: first, position: 1, status: 'stored', userId },
    ]);
  });

  // Seen failing with `t.message_id is null` taken out of the upsert.
  it('stay with the message that took them first', async () => {
    const file = await uploaded(tenant);

    await ingestInto(database)([withFiles('first', file)]);
    await ingestInto(database)([withFiles('second', file)]);

    expect(await filesOf('first')).toMatchObject([{ attachmentId: file }]);
    expect(await filesOf('second')).toEqual([
      { attachmentId: null, position: null, status: null, userId: null },
    ]);
  });

  // Seen failing with `distinct on` taken out: Postgres refuses the statement.
  it('never hold a message up, not even when one delivery names a file twice', async () => {
    const file = await uploaded(tenant);

    await ingestInto(database)([withFiles('twice', file, file), withFiles('again', file)]);

    const taken = [...(await filesOf('twice')), ...(await filesOf('again'))];
    expect(taken.filter((row) => 'attachmentId' in row && row.attachmentId === file)).toHaveLength(
      1,
    );
  });

  // Seen failing with the tenant taken out of the upsert.
  it("are never another tenant's", async () => {
    const theirs = await uploaded(other);

    await ingestInto(database)([withFiles('steals', theirs)]);

    expect(await filesOf('steals')).toMatchObject([{ attachmentId: null }]);
    const { rows } = await database.owner.query(
      'select message_id as "messageId" from attachments where attachment_id = $1',
      [theirs],
    );
    expect(rows).toEqual([{ messageId: null }]);
  });

  it('are waited for like any file if they are gone meanwhile', async () => {
    await ingestInto(database)([withFiles('late', newId('att'))]);

    expect(await filesOf('late')).toMatchObject([{ status: 'pending', position: 0 }]);
  });
});
