import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { conversationRoutes } from '../../src/conversations/conversation-routes.ts';
import { messageRoutes } from '../../src/conversations/message-routes.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { type Client, clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testDownloads } from '../support/test-downloads.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
  const deps = {
    app: database.pool('rapport_app'),
    newId,
    channelFor: () => scriptedChannel(),
    enqueue: recordJobs().enqueue,
    log: silentLog,
    publishLook: () => {},
    downloads: testDownloads,
  };
  const routes = [...conversationRoutes(deps), ...messageRoutes(deps)];
  const server = serveRoutes(database.pool('rapport_admin'), routes);
  client = clientOf(server, await keyOf(database.owner, tenant.userId));
});
afterAll(() => database.drop());

/** Reads all pages of a list. */
async function readAll(path: string): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const response: { body: { data: Record<string, unknown>[]; nextCursor: string | null } } =
      await client.get(next).expect(200);
    const { data, nextCursor } = response.body;
    all.push(...data);
    next = nextCursor === null ? undefined : `${path}&cursor=${nextCursor}`;
  }
  return all;
}

describe('GET /conversations', () => {
  // Seen failing with the cursor's time cut to milliseconds.
  it('pages through all, newest first, also when times are equal or microseconds apart', async () => {
    const of = await arrangeTenant(database.owner);
    const times = ['2026-11-01T10:00:00.000001Z', '2026-11-01T10:00:00.000002Z'];
    for (const lastMessageAt of [...times, ...times, '2026-11-02T10:00:00Z']) {
      await arrangeConversation(database.owner, of, { lastMessageAt });
    }
    const key = await keyOf(database.owner, of.userId);
    const seen: string[] = [];
    let path = '/conversations?limit=1';
    for (let page = 0; page < 5; page += 1) {
      const { body } = await client.get(path).set('Authorization', `Bearer ${key}`).expect(200);
      seen.push(body.data[0].conversationId);
      path = `/conversations?limit=1&cursor=${body.nextCursor}`;
      expect(body.nextCursor === null).toBe(page === 4);
    }

    const { rows } = await database.owner.query(
      `select conversation_id from conversations where user_id = $1
        order by last_message_at desc, conversation_id desc`,
      [of.userId],
    );
    expect(seen).toEqual(rows.map(({ conversation_id }) => conversation_id));
  });

  it('keeps to the agent, to who has them and to whether they go on', async () => {
    const human = await arrangeConversation(database.owner, tenant, { handledBy: 'human' });
    const archived = await arrangeConversation(database.owner, tenant, { isActive: false });
    const ids = async (query: string) =>
      (await readAll(`/conversations?${query}`)).map(({ conversationId }) => conversationId);

    expect(await ids('handledBy=human')).toEqual([human]);
    expect(await ids('isActive=false')).toEqual([archived]);
    expect(await ids(`agentId=${tenant.agentId}&isActive=true`)).toEqual([human]);
    expect(await ids('agentId=agt_nobody')).toEqual([]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=bm9uZQ', 'handledBy=me', 'colour=red'])(
    'refuses ?%s and names the field',
    async (query) => {
      const { status, body } = await client.get(`/conversations?${query}`);

      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ in: 'query', field: query.split('=')[0] }]);
    },
  );
});

describe('GET /conversations/:conversationId', () => {
  it('shows what the contract names', async () => {
    const id = await arrangeConversation(database.owner, tenant, { authors: ['customer'] });

    const { body } = await client.get(`/conversations/${id}`).expect(200);

    expect(body).toMatchObject({
      conversationId: id,
      agentId: tenant.agentId,
      contactId: expect.any(String),
      customerPhone: expect.any(String),
      handledBy: 'ai',
      isActive: true,
      lastSequenceNo: 1,
      lastMessageAt: expect.stringMatching(/Z$/),
      replyWindowEndsAt: expect.stringMatching(/Z$/),
    });
  });

  it.each(['cnv_none', '%00', "'--"])('answers 404 for %s', async (id) => {
    const { status } = await client.get(`/conversations/${id}`);

    expect(status).toBe(404);
  });
});

describe('GET /conversations/:conversationId/messages', () => {
  it('lists by sequence number, after the one that is known', async () => {
    const authors = Array.from({ length: 7 }, () => 'customer' as const);
    const id = await arrangeConversation(database.owner, tenant, { authors });
    const numbers = async (query: string) =>
      (await readAll(`/conversations/${id}/messages?${query}`)).map(({ sequenceNo }) => sequenceNo);

    expect(await numbers('limit=3')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await numbers('after=4&limit=2')).toEqual([5, 6, 7]);
    expect(await numbers('after=7')).toEqual([]);
  });

  it('shows how far a message has come, why it failed and its files', async () => {
    const id = await arrangeConversation(database.owner, tenant, { authors: ['customer', 'ai'] });
    const { body: before } = await client.get(`/conversations/${id}/messages`);
    const [first, second] = before.data;
    await database.owner.query(
      `insert into message_delivery_status
         (message_id, user_id, conversation_id, status, error_code, error_message)
       values ($1, $2, $3, 'failed', 131026, 'not on WhatsApp')`,
      [second.messageId, tenant.userId, id],
    );
    await database.owner.query(
      `insert into attachments
         (attachment_id, user_id, message_id, position, kind, mime_type, provider_url, storage_key)
       values ('att_1', $1, $2, 0, 'image', 'image/png', 'https://secret.example', 'key')`,
      [tenant.userId, first.messageId],
    );

    const { body } = await client.get(`/conversations/${id}/messages`).expect(200);

    expect(body.data[0]).toMatchObject({ deliveryStatus: null, errorCode: null });
    expect(body.data[0].attachments).toEqual([
      {
        attachmentId: 'att_1',
        kind: 'image',
        mimeType: 'image/png',
        filename: null,
        isVoiceNote: false,
        sizeBytes: null,
        status: 'pending',
        transcript: null,
        width: null,
        height: null,
        refusal: null,
        url: null,
        thumbnailUrl: null,
      },
    ]);
    expect(body.data[1]).toMatchObject({
      deliveryStatus: 'failed',
      errorCode: 131026,
      errorText: 'not on WhatsApp',
    });
  });
});
