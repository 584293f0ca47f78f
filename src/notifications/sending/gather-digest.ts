import { z } from 'zod';
import { type Db, oneRow, rows } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';

/** Names the target that a digest is for. */
type DigestFor = { userId: string; notificationTargetId: string };

/** Leads in one digest: the most that every provider shows whole. */
export const maxInDigest = 10;

const IdRow = z.object({ id: z.string() });

/**
 * The digest of a target that nobody has claimed yet, or a new one, due at `dueAt` at the latest (now, when that
 * is undefined). Its row is locked until the caller's transaction ends, so that whoever claims it finds what is
 * added to it here.
 */
export async function gatheringDigest(
  tx: Db,
  newId: NewId,
  target: DigestFor,
  dueAt: Date | undefined,
): Promise<string> {
  const { id } = await oneRow(
    tx,
    IdRow,
    `insert into notifications as n
       (notification_id, user_id, notification_target_id, kind, content, next_attempt_at)
     values ($1, $2, $3, 'digest', 'null', coalesce($4::timestamptz, now()))
     on conflict (notification_target_id)
       where kind = 'digest' and status = 'pending' and attempts = 0
       do update set next_attempt_at = least(n.next_attempt_at, excluded.next_attempt_at)
     returning n.notification_id as id`,
    [newId('ntf'), target.userId, target.notificationTargetId, dueAt ?? null],
  );
  return id;
}

/**
 * Leaves the oldest in a digest that was just claimed, as many as one message shows; the others become the next
 * digest, due now.
 */
export async function splitDigest(
  tx: Db,
  newId: NewId,
  digest: DigestFor & { notificationId: string },
): Promise<void> {
  const { userId, notificationId } = digest;
  const others = await rows(
    tx,
    IdRow,
    `select notification_id as id from notifications
      where user_id = $1 and digest_id = $2 and status = 'in_digest'
      order by notification_id offset $3`,
    [userId, notificationId, maxInDigest],
  );
  if (others.length === 0) return;
  const next = await gatheringDigest(tx, newId, digest, undefined);
  await tx.query(
    `update notifications set digest_id = $2 where user_id = $1 and notification_id = any ($3)`,
    [userId, next, others.map(({ id }) => id)],
  );
}
