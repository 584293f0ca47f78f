import type { NotificationContent } from './notification-content.ts';

/** The kinds of place where a sales team is told something. */
export const notifierKinds = ['email', 'slack', 'teams', 'webhook', 'whatsapp'] as const;
export type NotifierKind = (typeof notifierKinds)[number];

/** Where one message goes; `address` and `secret` in clear: never log them. */
export type NotifierTarget = {
  userId: string;
  address: string;
  secret: string | null;
  /** What a kind needs besides, such as the template of a WhatsApp message. */
  options: Record<string, unknown>;
};

/** One lead in a message, with the addresses of its two buttons. */
export type NotificationItem = {
  content: NotificationContent;
  /** Until when free text may be written to the customer; null when nobody knows. */
  replyWindowEndsAt: Date | null;
  openUrl: string | null;
  takeOverUrl: string | null;
};

/** A message to send: one item, or several in a digest. */
export type NotificationToSend = {
  notificationId: string;
  kind: 'event' | 'digest' | 'escalation' | 'test';
  items: NotificationItem[];
  now: Date;
};

/** What became of one attempt. `retry`: surely not sent. `unknown`: perhaps sent, nobody can tell. */
export type NotifyOutcome =
  | { outcome: 'sent'; providerMessageId?: string }
  | { outcome: 'retry'; error: string; retryAfterMs?: number }
  | { outcome: 'refused'; error: string }
  | { outcome: 'unknown'; error: string };

/** One way to tell people. One adapter file a provider implements it. */
export interface Notifier {
  readonly kind: NotifierKind;
  /**
   * Sends one message. Awaits `handingOver` right before the first moment from which the provider may have it,
   * and not earlier: a process that dies before may send again, one that dies later may not. If
   * `handingOver` rejects, nothing is sent and the rejection is passed on. Else it never throws.
   */
  send(
    target: NotifierTarget,
    notification: NotificationToSend,
    handingOver: () => Promise<void>,
  ): Promise<NotifyOutcome>;
}
