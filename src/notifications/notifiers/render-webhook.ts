import { cutText, safeText } from '../../lib/safe-text.ts';
import type { NotificationItem, NotificationToSend } from '../notifier.ts';

const types = {
  event: 'lead.event',
  digest: 'lead.digest',
  escalation: 'lead.escalation',
  test: 'notification.test',
} as const satisfies Record<NotificationToSend['kind'], string>;

/** The longest text of one field; no program needs more of it in a message. */
const maxText = 4_000;

/** What goes to a business's own systems. Fields may be added; those that are here stay. */
export type WebhookPayload = {
  type: (typeof types)[keyof typeof types];
  /** When this attempt was made, ISO 8601 in UTC. */
  timestamp: string;
  /** The same in every attempt, and in the header `webhook-id`. */
  notificationId: string;
  data: { leads: WebhookLead[] };
};

export type WebhookLead = {
  conversationId: string | null;
  because: string;
  name: string | null;
  company: string | null;
  email: string | null;
  phone: string | null;
  platform: string;
  agentName: string;
  wants: string | null;
  leadStatusTag: 'Hot' | 'Warm' | 'Cold' | null;
  totalScore: number | null;
  scorePercent: number | null;
  whyNow: string[];
  promised: string[];
  replyWindowEndsAt: string | null;
  openUrl: string | null;
  takeOverUrl: string | null;
};

/** A message as JSON for programs; texts are as they were written, only bounded. */
export function renderWebhook(notification: NotificationToSend): WebhookPayload {
  return {
    type: types[notification.kind],
    timestamp: notification.now.toISOString(),
    notificationId: notification.notificationId,
    data: { leads: notification.items.map(webhookLead) },
  };
}

function webhookLead({ content, ...item }: NotificationItem): WebhookLead {
  const { who, score } = content;
  return {
    conversationId: content.conversationId,
    because: bounded(content.because),
    name: orNull(who.name),
    company: orNull(who.company),
    email: orNull(who.email),
    phone: orNull(who.phone),
    platform: who.platform,
    agentName: bounded(who.agentName),
    wants: orNull(content.wants),
    leadStatusTag: score?.tag ?? null,
    totalScore: score?.total ?? null,
    scorePercent: score?.percent ?? null,
    whyNow: content.whyNow.map(bounded),
    promised: content.promised.map(bounded),
    replyWindowEndsAt: item.replyWindowEndsAt?.toISOString() ?? null,
    openUrl: item.openUrl,
    takeOverUrl: item.takeOverUrl,
  };
}

function orNull(text: string | null): string | null {
  return text === null ? null : bounded(text);
}

function bounded(text: string): string {
  return safeText(cutText(text, maxText));
}
