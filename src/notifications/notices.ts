import type { Db } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';

/** Something the tenant must know. The same kind and key is told once until it is resolved. */
export type Notice = {
  newId: NewId;
  userId: string;
  kind: string;
  dedupeKey: string;
  text: string;
  details: Record<string, unknown>;
};

/** Tells the tenant unless it is told already; answers whether this was the first time. Joins the caller's transaction. */
export async function tellTenantOnce(tx: Db, notice: Notice): Promise<boolean> {
  const told = await tx.query(
    `with told as (
       insert into notices (notice_id, user_id, kind, dedupe_key, text, details)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (user_id, kind, dedupe_key) where resolved_at is null do nothing
       returning notice_id, user_id, kind, text
     )
     insert into realtime_events (user_id, kind, payload)
     select user_id, 'notice', jsonb_build_object('noticeId', notice_id, 'kind', kind, 'text', text)
       from told`,
    [
      notice.newId('ntc'),
      notice.userId,
      notice.kind,
      notice.dedupeKey,
      notice.text,
      JSON.stringify(notice.details),
    ],
  );
  return (told.rowCount ?? 0) > 0;
}

/** What was told is settled: the same may be told again when it happens again. */
export async function resolveNotices(
  tx: Db,
  notices: { userId: string; kind: string; dedupeKey?: string },
): Promise<void> {
  await tx.query(
    `update notices set resolved_at = now()
      where user_id = $1 and kind = $2 and ($3::text is null or dedupe_key = $3)
        and resolved_at is null`,
    [notices.userId, notices.kind, notices.dedupeKey ?? null],
  );
}
