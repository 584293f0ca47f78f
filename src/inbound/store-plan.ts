import { type FirstClick, firstClicks, storeClicks } from '../leads/links/store-clicks.ts';
import type { Pool, Statement } from '../lib/db.ts';
import {
  isNotificationId,
  storeNotificationStatuses,
} from '../notifications/sending/record-notification-status.ts';
import type { InboundPlan, StatusChange } from './inbound-plan.ts';
import { settleEchoes } from './settle-echoes.ts';
import { storeChanges } from './store-changes.ts';
import { type QuietPeriod, type ReplyDue, repliesDue, storeMessages } from './store-messages.ts';
import { storeSeen } from './store-seen.ts';
import { storeStatuses } from './store-statuses.ts';

/** What a stored plan leaves to do: replies that are due, and conversations in which something was clicked first. */
export type StoredPlan = { due: ReplyDue[]; clicked: FirstClick[] };

/**
 * Writes a plan in one round trip and answers what it leaves to do. One statement is its own transaction;
 * several go together in one.
 */
export async function storePlan(
  receiver: Pool,
  plan: InboundPlan,
  quiet: QuietPeriod,
): Promise<StoredPlan> {
  const messages = plan.conversations.length + plan.contacts.length + plan.identities.length;
  const seen = plan.statuses.filter((status) => status.includes_earlier);
  const statements: Statement[] = [
    ...(messages > 0 ? [storeMessages(plan, quiet)] : []),
    // Second, if at all: a button is tapped in a message, which stands in the first.
    ...(plan.clicks.length > 0 ? [storeClicks(plan.clicks)] : []),
    ...(plan.statuses.length > 0 ? [storeStatuses(plan.statuses)] : []),
    // After the statuses: one that came before its echo is found by the id that the echo brings.
    ...(plan.ownEchoes.length > 0 ? [settleEchoes(plan.ownEchoes)] : []),
    ...(seen.length > 0 ? [storeSeen(seen)] : []),
    ...storeChanges(plan),
    ...storeTeamStatuses(plan.statuses),
  ];
  const results = await sendTogether(receiver, statements);
  return {
    due: repliesDue(messages > 0 ? (results[0] ?? []) : []),
    clicked: firstClicks(plan.clicks.length > 0 ? (results[1] ?? []) : []),
  };
}

/** Templates to people of the business have statuses too; ours name the notification. */
function storeTeamStatuses(statuses: StatusChange[]): Statement[] {
  const toTeam = statuses.flatMap(({ reference, ...change }) => {
    const status = reachedStatuses.find((one) => one === change.status);
    if (reference === null || status === undefined || !isNotificationId(reference)) return [];
    return [
      {
        userId: change.user_id,
        notificationId: reference,
        status,
        error: change.error_message,
        providerMessageId: change.platform_message_id,
      },
    ];
  });
  return toTeam.length > 0 ? [storeNotificationStatuses(toTeam)] : [];
}

const reachedStatuses = ['sent', 'delivered', 'read', 'failed'] as const;

async function sendTogether(receiver: Pool, statements: Statement[]): Promise<unknown[][]> {
  const [only] = statements;
  if (only === undefined) return [];
  if (statements.length === 1) return [(await receiver.query(only)).rows];
  const client = await receiver.connect();
  let broken: Error | undefined;
  try {
    const sent = [
      client.query('begin'),
      ...statements.map((statement) => client.query(statement)),
      client.query('commit'),
    ];
    const settled = await Promise.allSettled(sent);
    const results = settled.map((step) => {
      if (step.status === 'rejected') throw step.reason;
      return step.value.rows;
    });
    return results.slice(1, -1);
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
