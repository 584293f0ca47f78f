import type { Db } from '../lib/db.ts';

/** How far a message of ours has come on its way to the customer. */
export type DeliveryStatus = 'pending' | 'sent' | 'delivered' | 'read' | 'failed';

/** A message as the API shows it; `deliveryStatus` is null for what others wrote. Times are ISO 8601. */
export type MessageEvent = {
  messageId: string;
  conversationId: string;
  sequenceNo: number;
  sender: 'user' | 'agent';
  author: 'customer' | 'ai' | 'human' | 'system';
  type: string;
  text: string;
  content: Record<string, unknown>;
  status: 'sent' | 'failed' | 'pending';
  deliveryStatus: DeliveryStatus | null;
  timestamp: string;
};

/** A message of ours has moved on. */
export type StatusEvent = {
  messageId: string;
  conversationId: string;
  deliveryStatus: DeliveryStatus;
  errorCode?: number;
  errorText?: string;
};

/** A conversation as the API shows it. */
export type ConversationEvent = {
  conversationId: string;
  agentId: string;
  contactId: string;
  customerPhone: string;
  handledBy: 'ai' | 'human';
  isActive: boolean;
  lastMessageAt: string;
  replyWindowEndsAt: string | null;
};

/** Something a tenant must be told. */
export type NoticeEvent = { noticeId: string; kind: string; text: string };

/** A lead as it is known from now on. */
export type LeadSeenEvent = {
  conversationId: string;
  name: string | null;
  company: string | null;
  intent: string | null;
  totalScore: number;
  scorePercent: number;
  leadStatusTag: 'Hot' | 'Warm' | 'Cold';
};

/** A contact has another name; or was erased, and with them all conversations that are named here. */
export type ContactEvent = {
  contactId: string;
  conversationIds: string[];
  isErased: boolean;
  name: string | null;
  username: string | null;
};

/** A meeting as the API shows it. Times are ISO 8601. */
export type MeetingEvent = {
  meetingId: string;
  conversationId: string;
  contactId: string;
  agentId: string;
  personId: string;
  googleEventId: string | null;
  title: string;
  service: string | null;
  specialNotes: string | null;
  customerName: string | null;
  customerEmail: string | null;
  participants: string[];
  meetingTime: string;
  durationMinutes: number;
  timezone: string;
  meetLink: string | null;
  status: 'pending' | 'scheduled' | 'cancelled' | 'completed' | 'missed';
  changedBy: 'customer' | 'business' | null;
  createdAt: string;
  updatedAt: string;
};

/** Somebody is writing in this conversation: the agent where nobody else is named. */
export type TypingEvent = { conversationId: string; author?: 'customer' | 'human' };

/**
 * A piece of the answer to message `seenThrough` and what came before; `offset` is how much of the answer came before
 * it, and 0 begins anew.
 */
export type DeltaEvent = {
  conversationId: string;
  turnId: string;
  seenThrough: number;
  text: string;
  offset: number;
};

/** What is kept in `realtime_events`, written in the transaction in which it happened. */
export type StoredEvents = {
  message: MessageEvent;
  status: StatusEvent;
  conversation: ConversationEvent;
  notice: NoticeEvent;
  lead: LeadSeenEvent;
  contact: ContactEvent;
  meeting: MeetingEvent;
};

/** What is passed on to who is there at the moment, and kept nowhere. */
export type TransientEvents = { typing: TypingEvent; delta: DeltaEvent };

export type StoredEventKind = keyof StoredEvents;
export type TransientEventKind = keyof TransientEvents;

/** Writes an event in the transaction in which it happened. After the commit: `bus.publishLook()`. */
export async function writeEvent<Kind extends StoredEventKind>(
  tx: Db,
  userId: string,
  event: { kind: Kind; payload: StoredEvents[Kind] },
): Promise<void> {
  await tx.query('insert into realtime_events (user_id, kind, payload) values ($1, $2, $3)', [
    userId,
    event.kind,
    JSON.stringify(event.payload),
  ]);
}
