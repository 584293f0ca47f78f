import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { InvalidRequest, NotFound } from '../../lib/http/http-errors.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';
import { resolveNotices } from '../notices.ts';
import type { NotifierKind } from '../notifier.ts';
import type { Escalation } from './escalation.ts';
import { cancelWaiting, targetFailingNotice } from './retire-target.ts';
import { defaultRules } from './rules.ts';
import type { NotificationTarget } from './target.ts';
import { readTargetAddress } from './target-address.ts';
import { NotificationTargetUnsigned } from './target-errors.ts';
import { newSigningSecret } from './target-secrets.ts';
import {
  getTarget,
  insertTarget,
  type NewTarget,
  type StoredAddress,
  setTargetSecret,
  type TargetChange,
  type TargetRef,
  updateTarget,
} from './targets.ts';

export type TargetDeps = { app: Pool; vault: Vault; newId: NewId };

/** What somebody gives to make a target. */
export type TargetToMake = Omit<NewTarget, 'address' | 'encryptedSecret'> & { address: string };

/**
 * Makes a target; its address is kept encrypted, bound to its row. A webhook gets a signing secret, which is
 * answered this once. Throws InvalidRequest, and NotFound for a target to escalate to that is not there.
 */
export async function createTarget(
  deps: TargetDeps,
  userId: string,
  given: TargetToMake,
): Promise<NotificationTarget & { secret?: string }> {
  const ref = { userId, notificationTargetId: deps.newId('tgt') };
  const secret = given.kind === 'webhook' ? newSigningSecret() : null;
  const stored = {
    ...given,
    rules: given.rules ?? defaultRules,
    address: storedAddress(deps, ref, given.kind, given.address),
    encryptedSecret: secret === null ? null : deps.vault.encrypt(secret, ref.notificationTargetId),
  };
  const target = await asTenant(deps.app, userId, async (tx) => {
    await requireEscalationTarget(tx, ref, given.escalation);
    return insertTarget(tx, ref, stored);
  });
  return secret === null ? target : { ...target, secret };
}

/** What somebody changes of a target. */
export type TargetEdit = Omit<TargetChange, 'address'> & { address?: string | undefined };

/**
 * Changes a target. What waits for one that is switched off is not sent any more; one that has another address
 * counts as mended. Throws NotFound, InvalidRequest.
 */
export function changeTarget(
  deps: TargetDeps,
  ref: TargetRef,
  edit: TargetEdit,
): Promise<NotificationTarget> {
  return asTenant(deps.app, ref.userId, async (tx) => {
    const { kind } = await getTarget(tx, ref);
    await requireEscalationTarget(tx, ref, edit.escalation);
    const { address, ...change } = edit;
    const target = await updateTarget(tx, ref, {
      ...change,
      address: address === undefined ? undefined : storedAddress(deps, ref, kind, address),
    });
    if (!target.isActive) await cancelWaiting(tx, ref);
    if (address !== undefined || !target.isActive) await settleFailing(tx, ref);
    return target;
  });
}

/** Gives a webhook another signing secret, answered this once. Throws NotFound, NotificationTargetUnsigned. */
export function rotateSecret(deps: TargetDeps, ref: TargetRef): Promise<{ secret: string }> {
  const secret = newSigningSecret();
  return asTenant(deps.app, ref.userId, async (tx) => {
    await getTarget(tx, ref);
    const encrypted = deps.vault.encrypt(secret, ref.notificationTargetId);
    if (!(await setTargetSecret(tx, ref, encrypted))) {
      throw new NotificationTargetUnsigned('Only what goes to a webhook is signed.');
    }
    return { secret };
  });
}

/** The target gets what is sent to it again. */
export function settleFailing(tx: Db, ref: TargetRef): Promise<void> {
  return resolveNotices(tx, {
    userId: ref.userId,
    kind: targetFailingNotice,
    dedupeKey: ref.notificationTargetId,
  });
}

function storedAddress(
  { vault }: Pick<TargetDeps, 'vault'>,
  ref: TargetRef,
  kind: NotifierKind,
  given: string,
): StoredAddress {
  const { address, shown } = readTargetAddress(kind, given);
  return { encrypted: vault.encrypt(address, ref.notificationTargetId), shown };
}

async function requireEscalationTarget(
  tx: Db,
  ref: TargetRef,
  escalation: Escalation | null | undefined,
): Promise<void> {
  if (escalation === null || escalation === undefined) return;
  if (escalation.toTargetId === ref.notificationTargetId) {
    throw new InvalidRequest([
      { in: 'body', field: 'escalation.toTargetId', message: 'is this target itself' },
    ]);
  }
  const other = await maybeRow(
    tx,
    z.object({}),
    `select from notification_targets
      where user_id = $1 and notification_target_id = $2 and deleted_at is null`,
    [ref.userId, escalation.toTargetId],
  );
  if (other === undefined) throw new NotFound('notification_target');
}
