import type { Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { cutText } from '../../lib/safe-text.ts';
import type {
  NotificationItem,
  Notifier,
  NotifierKind,
  NotifierTarget,
  NotifyOutcome,
} from '../notifier.ts';
import { withoutSecrets } from '../targets/target-secrets.ts';
import { afterNotify, type NotifyRecord } from './after-notify.ts';
import {
  type ClaimedNotification,
  claimNotification,
  type StoredItem,
} from './claim-notification.ts';
import type { NotificationRef } from './hint-notifications.ts';
import { markHandedOver, NotificationLeaseLost, recordOutcome } from './record-outcome.ts';

export type SendDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  now: () => Date;
  random: () => number;
  /** The ways to tell that this installation has. */
  notifiers: ReadonlyMap<NotifierKind, Notifier>;
  /** Where people's browsers reach this installation; without it messages have no buttons. */
  publicUrl: string | undefined;
  /** How long a notification is held before it is handed over, and again from then on. */
  leaseMs: number;
  publishLook: () => void;
  observeNotification: (kind: string, result: string) => void;
  log: Log;
};

/** What became of a notification that was to be looked at. */
export type SendResult =
  | { result: 'nothing_due' | 'cancelled' | 'lease_lost' }
  | { result: 'waits'; until: Date }
  | { result: 'unknown' | 'failed' | 'again' | 'sent' };

/**
 * Sends one notification if it is due and nobody else has it. Never sends what a provider may have already,
 * whatever died in between; throws only when the database is away, and then the sweep comes back to it.
 */
export async function sendNotification(deps: SendDeps, ref: NotificationRef): Promise<SendResult> {
  const claimed = await claimNotification(deps, ref);
  switch (claimed.claim) {
    case 'nothing_due':
      return { result: 'nothing_due' };
    case 'waits':
      return { result: 'waits', until: claimed.until };
    case 'settled':
      deps.publishLook();
      deps.log.warn('notification ended unsent', { ...ref, status: claimed.status });
      return { result: claimed.status };
    case 'mine':
      return attempt(deps, claimed.notification);
  }
}

async function attempt(deps: SendDeps, notification: ClaimedNotification): Promise<SendResult> {
  const { userId, notificationId, attempts, targetKind } = notification;
  const target = openTarget(deps.vault, notification);
  const outcome = 'outcome' in target ? target : await call(deps, notification, target);
  if (outcome === undefined) return { result: 'lease_lost' };
  const facts = { attempts, targetKind, isTest: notification.kind === 'test' };
  const decided = afterNotify(outcome, facts, deps.random);
  const record =
    'outcome' in target ? decided : withoutSecretsIn(decided, { kind: targetKind, ...target });
  const isOurs = await recordOutcome(deps, notification, record);
  const fields = { userId, notificationId, attempts, kind: targetKind, result: record.result };
  if (!isOurs) {
    deps.log.warn('the outcome of a notification came too late', fields);
    return { result: 'lease_lost' };
  }
  deps.observeNotification(targetKind, record.result);
  deps.publishLook();
  if (record.result === 'sent') deps.log.info('notification sent', fields);
  else deps.log.warn('notification not sent', fields);
  return { result: record.result };
}

/** Undefined when our hold was lost before the message was handed over. */
async function call(
  deps: SendDeps,
  notification: ClaimedNotification,
  target: NotifierTarget,
): Promise<NotifyOutcome | undefined> {
  const notifier = deps.notifiers.get(notification.targetKind);
  if (notifier === undefined) {
    return {
      outcome: 'refused',
      error: `This installation cannot send to ${notification.targetKind}`,
    };
  }
  let isHandedOver = false;
  const toSend = {
    notificationId: notification.notificationId,
    kind: notification.kind,
    items: notification.items.map((item) => itemToSend(item, deps.publicUrl)),
    now: deps.now(),
  };
  try {
    return await notifier.send(target, toSend, async () => {
      await markHandedOver(deps.app, notification, deps.leaseMs);
      isHandedOver = true;
    });
  } catch (error) {
    if (error instanceof NotificationLeaseLost) return undefined;
    // An adapter answers for all a provider does. Whatever else happened before, nothing has left yet.
    return { outcome: isHandedOver ? 'unknown' : 'retry', error: errorText(error) };
  }
}

function itemToSend(item: StoredItem, publicUrl: string | undefined): NotificationItem {
  const { content, openToken, replyWindowEndsAt } = item;
  const hasButtons =
    publicUrl !== undefined && openToken !== null && content.conversationId !== null;
  const openUrl = hasButtons ? `${publicUrl}/n/${openToken}` : null;
  return {
    content,
    replyWindowEndsAt,
    openUrl,
    takeOverUrl: openUrl === null ? null : `${openUrl}?do=takeover`,
  };
}

function openTarget(
  vault: Vault,
  notification: ClaimedNotification,
): NotifierTarget | Extract<NotifyOutcome, { outcome: 'refused' }> {
  const { userId, notificationTargetId: boundTo, address, secret, options } = notification;
  try {
    return {
      userId,
      address: vault.decrypt(address, boundTo),
      secret: secret === null ? null : vault.decrypt(secret, boundTo),
      options,
    };
  } catch (error) {
    return { outcome: 'refused', error: errorText(error) };
  }
}

const maxErrorLength = 500;

/** What a provider says is stored and shown to the tenant; the address of a hook is not to be. */
function withoutSecretsIn(
  record: NotifyRecord,
  target: Parameters<typeof withoutSecrets>[1],
): NotifyRecord {
  if (record.result === 'sent') return record;
  return { ...record, error: cutText(withoutSecrets(record.error, target), maxErrorLength) };
}
