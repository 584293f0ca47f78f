import { z } from 'zod';
import { type Db, type Pool, rows } from '../lib/db.ts';
import { Id, QueryFlag, Timestamp } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';

/** Something a tenant was told; `resolvedAt` is null while it stands. */
const NoticeRow = z.object({
  noticeId: z.string(),
  kind: z.string(),
  text: z.string(),
  details: z.record(z.string(), z.unknown()),
  createdAt: Timestamp,
  resolvedAt: Timestamp.nullable(),
});

/** What a tenant was told, newest first. */
export function noticeRoutes({ app }: { app: Pool }): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/notices',
      tag: 'Notices',
      summary: 'List what you were told, newest first',
      status: 200,
      query: z.strictObject({ ...pageFields, isResolved: QueryFlag.optional() }),
      answer: pageSchema(NoticeRow),
      handle: async ({ userId, query: { limit, cursor, isResolved } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listNotices(tx, { userId, limit: limit + 1, before, isResolved }),
        );
        return toPage(found, limit, ({ noticeId }) => [noticeId]);
      },
    }),
  ];
}

function listNotices(
  tx: Db,
  wanted: {
    userId: string;
    limit: number;
    before: string | undefined;
    isResolved: boolean | undefined;
  },
): Promise<z.infer<typeof NoticeRow>[]> {
  return rows(
    tx,
    NoticeRow,
    `select notice_id as "noticeId", kind, text, details, created_at as "createdAt",
            resolved_at as "resolvedAt"
       from notices
      where user_id = $1
        and ($2::text is null or notice_id < $2)
        and ($3::boolean is null or (resolved_at is not null) = $3)
      order by notice_id desc
      limit $4`,
    [wanted.userId, wanted.before ?? null, wanted.isResolved ?? null, wanted.limit],
  );
}
