import type { z } from 'zod';
import { type Db, maybeRow, oneRow, rows } from '../../lib/db.ts';
import { NotFound } from '../../lib/http/http-errors.ts';
import type { NotifierKind } from '../notifier.ts';
import { NotificationTarget, targetColumns, type targetFields } from './target.ts';

/** Names a target of a tenant. */
export type TargetRef = { userId: string; notificationTargetId: string };

type TargetFields = z.infer<z.ZodObject<typeof targetFields>>;

/** An address as it is stored: ciphertext, and what may be shown of it. */
export type StoredAddress = { encrypted: string; shown: string };

export type NewTarget = TargetFields & {
  kind: NotifierKind;
  address: StoredAddress;
  encryptedSecret: string | null;
};

/** Stores a target. */
export function insertTarget(
  tx: Db,
  ref: TargetRef,
  given: NewTarget,
): Promise<NotificationTarget> {
  return oneRow(
    tx,
    NotificationTarget,
    `insert into notification_targets as t
       (notification_target_id, user_id, kind, name, address, address_shown, secret, rules,
        quiet_hours, digest, escalation, options)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     returning ${targetColumns}`,
    [
      ref.notificationTargetId,
      ref.userId,
      given.kind,
      given.name ?? null,
      given.address.encrypted,
      given.address.shown,
      given.encryptedSecret,
      JSON.stringify(given.rules ?? []),
      jsonOrNull(given.quietHours),
      jsonOrNull(given.digest),
      jsonOrNull(given.escalation),
      JSON.stringify(given.options ?? {}),
    ],
  );
}

/** Newest first. */
export function listTargets(
  tx: Db,
  userId: string,
  page: { limit: number; before: string | undefined },
): Promise<NotificationTarget[]> {
  return rows(
    tx,
    NotificationTarget,
    `select ${targetColumns}
       from notification_targets t
      where t.user_id = $1 and t.deleted_at is null
        and ($2::text is null or t.notification_target_id < $2)
      order by t.notification_target_id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}

/** Throws NotFound. */
export async function getTarget(tx: Db, ref: TargetRef): Promise<NotificationTarget> {
  return found(
    await maybeRow(
      tx,
      NotificationTarget,
      `select ${targetColumns}
         from notification_targets t
        where t.user_id = $1 and t.notification_target_id = $2 and t.deleted_at is null`,
      [ref.userId, ref.notificationTargetId],
    ),
  );
}

export type TargetChange = TargetFields & {
  isActive?: boolean | undefined;
  address?: StoredAddress | undefined;
};

/** Changes what is given; null takes away. Throws NotFound. */
export async function updateTarget(
  tx: Db,
  ref: TargetRef,
  change: TargetChange,
): Promise<NotificationTarget> {
  return found(
    await maybeRow(
      tx,
      NotificationTarget,
      `update notification_targets t
          set name = case when $3 then $4 else t.name end,
              rules = coalesce($5, t.rules),
              quiet_hours = case when $6 then $7 else t.quiet_hours end,
              digest = case when $8 then $9 else t.digest end,
              escalation = case when $10 then $11 else t.escalation end,
              options = coalesce($12, t.options),
              is_active = coalesce($13, t.is_active),
              address = coalesce($14, t.address),
              address_shown = coalesce($15, t.address_shown)
        where t.user_id = $1 and t.notification_target_id = $2 and t.deleted_at is null
        returning ${targetColumns}`,
      [
        ref.userId,
        ref.notificationTargetId,
        change.name !== undefined,
        change.name ?? null,
        jsonOrNull(change.rules),
        change.quietHours !== undefined,
        jsonOrNull(change.quietHours),
        change.digest !== undefined,
        jsonOrNull(change.digest),
        change.escalation !== undefined,
        jsonOrNull(change.escalation),
        jsonOrNull(change.options),
        change.isActive ?? null,
        change.address?.encrypted ?? null,
        change.address?.shown ?? null,
      ],
    ),
  );
}

/** Gives a webhook another secret. Answers whether there is such a webhook. */
export async function setTargetSecret(
  tx: Db,
  ref: TargetRef,
  encryptedSecret: string,
): Promise<boolean> {
  const set = await tx.query(
    `update notification_targets set secret = $3
      where user_id = $1 and notification_target_id = $2 and deleted_at is null
        and kind = 'webhook'`,
    [ref.userId, ref.notificationTargetId, encryptedSecret],
  );
  return (set.rowCount ?? 0) > 0;
}

function found(target: NotificationTarget | undefined): NotificationTarget {
  if (target === undefined) throw new NotFound('notification_target');
  return target;
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
