import type { JobName, JobPayload } from '../jobs/catalog.ts';
import type { InboundPlan } from './inbound-plan.ts';
import type { ReplyDue } from './store-messages.ts';
import type { StoredPlan } from './store-plan.ts';

/** A job to enqueue after the commit. */
export type Hint = {
  [Name in JobName]: { name: Name; payload: JobPayload<Name>; delayMs: number };
}[JobName];

const delayStepMs = 10;

/**
 * The jobs that a stored batch asks for: one for all conversations that are due at the same time, so
 * that a busy installation pays for few jobs. While a conversation rests, its customer is at least
 * shown that we have read.
 */
export function hintAt(plan: InboundPlan, { due, clicked }: StoredPlan): Hint[] {
  const byDelay = new Map<number, ReplyDue[]>();
  for (const one of due) {
    const delayMs = Math.max(0, Math.ceil(one.dueInMs / delayStepMs) * delayStepMs);
    byDelay.set(delayMs, [...(byDelay.get(delayMs) ?? []), one]);
  }
  const hints: Hint[] = [...byDelay].map(([delayMs, replies]) => ({
    name: 'replies.run',
    payload: { items: replies.map(item) },
    delayMs,
  }));
  const resting = due.filter(({ dueInMs }) => dueInMs > 0);
  if (resting.length > 0) {
    hints.push({ name: 'replies.acknowledge', payload: { items: resting.map(item) }, delayMs: 0 });
  }
  if (plan.attachments.length > 0) {
    const items = plan.attachments.map(({ user_id, attachment_id }) => ({
      userId: user_id,
      attachmentId: attachment_id,
    }));
    hints.push({ name: 'media.fetch', payload: { items }, delayMs: 0 });
  }
  if (plan.profiles.length > 0) {
    const items = plan.profiles.map(({ user_id, contact_id }) => ({
      userId: user_id,
      contactId: contact_id,
    }));
    hints.push({ name: 'contacts.profile', payload: { items }, delayMs: 0 });
  }
  if (clicked.length > 0) {
    hints.push({ name: 'leads.extract', payload: { items: clicked }, delayMs: 0 });
    hints.push({ name: 'leads.tell', payload: { items: clicked }, delayMs: 0 });
  }
  return hints;
}

function item({ userId, conversationId }: ReplyDue): { userId: string; conversationId: string } {
  return { userId, conversationId };
}
