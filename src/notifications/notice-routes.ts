import { z } from 'zod';
import { type HintDeps, type HintItem, hint } from '../jobs/hint.ts';
import { type Db, maybeRow, type Pool, rows } from '../lib/db.ts';
import { Id, QueryFlag, Timestamp } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
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

export type NoticeRouteDeps = HintDeps & {
  app: Pool;
  publishLook: () => void;
  /** Gives back to the AI what people got for this reason; joins the transaction that resolves the notice. */
  reasonGone: (tx: Db, notice: { userId: string; kind: string }) => Promise<HintItem[]>;
};

/** What a tenant was told, newest first, and that it is settled. */
export function noticeRoutes(deps: NoticeRouteDeps): Route[] {
  return [listRoute(deps), resolveRoute(deps)];
}

function listRoute({ app }: NoticeRouteDeps): Route {
  return tenantRoute({
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
  });
}

function resolveRoute(deps: NoticeRouteDeps): Route {
  return tenantRoute({
    method: 'post',
    path: '/notices/:noticeId/resolve',
    tag: 'Notices',
    summary: 'Say that the cause is gone: what people were given for it goes back to the AI',
    status: 200,
    params: z.object({ noticeId: Id }),
    answer: NoticeRow,
    problems: [{ status: 404, code: 'notice.not_found', when: 'there is no such notice' }],
    handle: async ({ userId, params: { noticeId } }) => {
      const { notice, owed } = await asTenant(deps.app, userId, async (tx) => {
        const { kind } = await findNotice(tx, userId, noticeId);
        // Conversations before notices, as where a turn hands over: or the two could wait for each other.
        const given = await deps.reasonGone(tx, { userId, kind });
        await tx.query(
          `update notices set resolved_at = now()
            where user_id = $1 and notice_id = $2 and resolved_at is null`,
          [userId, noticeId],
        );
        return { notice: await findNotice(tx, userId, noticeId), owed: given };
      });
      deps.publishLook();
      await hint(deps, 'replies.run', owed);
      return notice;
    },
  });
}

/** Throws NotFound. */
async function findNotice(
  tx: Db,
  userId: string,
  noticeId: string,
): Promise<z.infer<typeof NoticeRow>> {
  const notice = await maybeRow(
    tx,
    NoticeRow,
    `select notice_id as "noticeId", kind, text, details, created_at as "createdAt",
            resolved_at as "resolvedAt"
       from notices where user_id = $1 and notice_id = $2`,
    [userId, noticeId],
  );
  if (notice === undefined) throw new NotFound('notice');
  return notice;
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
