import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { releaseByReason } from '../../src/conversations/release.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { type NoticeRouteDeps, noticeRoutes } from '../../src/notifications/notice-routes.ts';
import { resolveNotices, tellTenantOnce } from '../../src/notifications/notices.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());

const kind = 'out_of_credits';
const tell = (userId: string, dedupeKey = 'key') =>
  asTenant(app, userId, (tx) =>
    tellTenantOnce(tx, { newId, userId, kind, dedupeKey, text: 'Nothing left', details: { a: 1 } }),
  );
const resolve = (userId: string, dedupeKey?: string) =>
  asTenant(app, userId, (tx) =>
    resolveNotices(tx, { userId, kind, ...(dedupeKey === undefined ? {} : { dedupeKey }) }),
  );

describe('tellTenantOnce', () => {
  // Seen failing with `on conflict … do nothing` taken out.
  it('tells one of many who notice at once, and everybody who watches once', async () => {
    const { userId } = await arrangeTenant(database.owner);

    const first = await Promise.all(Array.from({ length: 8 }, () => tell(userId)));

    const { rows } = await database.owner.query(
      `select kind, payload from realtime_events where user_id = $1`,
      [userId],
    );
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(rows).toMatchObject([{ kind: 'notice', payload: { kind, text: 'Nothing left' } }]);
  });

  it('tells again after it was resolved, and not before', async () => {
    const { userId } = await arrangeTenant(database.owner);
    await tell(userId);
    await tell(userId, 'other');

    await resolve(userId, 'key');

    expect(await tell(userId)).toBe(true);
    expect(await tell(userId, 'other')).toBe(false);
  });
});

function routeDeps(): NoticeRouteDeps & { jobs: unknown[] } {
  const { enqueue, jobs } = recordJobs();
  return {
    app,
    enqueue,
    jobs,
    log: silentLog,
    publishLook: () => {},
    reasonGone: (tx, notice) => releaseByReason(tx, { ...notice, reason: notice.kind }),
  };
}

describe('POST /notices/:noticeId/resolve', () => {
  // Seen failing with `reasonGone` doing nothing.
  it('gives back to the AI what people were given for it, and what is owed is answered', async () => {
    const tenant = await arrangeTenant(database.owner);
    const conversationId = await arrangeConversation(database.owner, tenant, {
      authors: ['customer'],
      owedThrough: 1,
      handledBy: 'human',
      handoverReason: kind,
    });
    await tell(tenant.userId);
    const deps = routeDeps();
    const server = serveRoutes(database.pool('rapport_admin'), noticeRoutes(deps));
    const client = clientOf(server, await keyOf(database.owner, tenant.userId));
    const { body } = await client.get('/notices').expect(200);

    const answer = await client.post(`/notices/${body.data[0].noticeId}/resolve`).expect(200);

    expect(answer.body).toMatchObject({ kind, resolvedAt: expect.stringMatching(/Z$/) });
    expect(await storedConversation(database.owner, conversationId)).toMatchObject({
      handled_by: 'ai',
      handover_reason: null,
    });
    expect(deps.jobs).toEqual([
      { name: 'replies.run', payload: { items: [{ userId: tenant.userId, conversationId }] } },
    ]);
  });

  it('answers 404 for a notice of another tenant', async () => {
    const mine = await arrangeTenant(database.owner);
    const theirs = await arrangeTenant(database.owner);
    await tell(theirs.userId);
    const { rows } = await database.owner.query(
      'select notice_id as id from notices where user_id = $1',
      [theirs.userId],
    );
    const server = serveRoutes(database.pool('rapport_admin'), noticeRoutes(routeDeps()));
    const client = clientOf(server, await keyOf(database.owner, mine.userId));

    await client.post(`/notices/${rows[0].id}/resolve`).expect(404);
  });
});

describe('GET /notices', () => {
  it('lists what the tenant was told, newest first, and whether it still stands', async () => {
    const { userId } = await arrangeTenant(database.owner);
    const server = serveRoutes(database.pool('rapport_admin'), noticeRoutes(routeDeps()));
    const client = clientOf(server, await keyOf(database.owner, userId));
    await tell(userId, 'old');
    await resolve(userId);
    await tell(userId, 'new');

    const all = await client.get('/notices').expect(200);
    const open = await client.get('/notices?isResolved=false').expect(200);
    const page = await client.get('/notices?limit=1').expect(200);
    const next = await client.get(`/notices?limit=1&cursor=${page.body.nextCursor}`).expect(200);

    expect(all.body.data).toMatchObject([
      { kind, text: 'Nothing left', details: { a: 1 }, resolvedAt: null },
      { kind, resolvedAt: expect.stringMatching(/Z$/) },
    ]);
    expect(open.body.data).toEqual([all.body.data[0]]);
    expect(next.body.data).toEqual([all.body.data[1]]);
  });
});
