import type {
  ContactAddress,
  MessageContent,
  Platform,
  Referral,
} from '../channels/inbound-event.ts';
import { tappedPurpose } from '../leads/links/button-click.ts';
import { clickIds } from '../leads/links/store-clicks.ts';
import type { NewId } from '../lib/ids.ts';
import {
  type AccountFacts,
  conversationKey,
  type InboundFacts,
  messageKey,
} from './inbound-facts.ts';
import type { ConversationDelta, InboundPlan } from './inbound-plan.ts';

/** How long after a customer's message a channel lets us write freely. */
export type ReplyWindowMs = (platform: Platform) => number;

/** Whether a channel's provider has to be asked who a customer is. */
export type HasProfiles = (platform: Platform) => boolean;

/** The plan in the making, and what this batch has decided so far. */
export type Planning = {
  plan: InboundPlan;
  facts: InboundFacts;
  newId: NewId;
  replyWindowMs: ReplyWindowMs;
  hasProfiles: HasProfiles;
  deltas: Map<string, ConversationDelta>;
  /** Contacts by address, as decided in this batch. */
  people: Map<string, string>;
  /** Messages this batch stores, by conversation and provider's id. */
  planned: Set<string>;
  /** Our own messages that were echoed in this batch, and as what. */
  echoed: Map<string, string>;
};

export type MessageToAdd = {
  account: AccountFacts & { agentId: string };
  contactId: string;
  sendTo: ContactAddress;
  providerMessageId: string;
  content: MessageContent;
  author: 'customer' | 'human' | 'system';
  expectsReply: boolean;
  /** Until when the customer may be written to freely because of this message; null if it changes nothing. */
  windowEndsAt: Date | null;
  replyTo: string | null;
  referral: Referral | null;
  /** The id that the conversation gets if the message begins it; without one, a new one. */
  newConversationId?: string | undefined;
  sentAt: Date;
  /** The message came only as its later change: the first form never reached us. */
  changed?: 'edited' | 'revoked';
};

/** Plans one message at the end of its conversation, unless it is stored or planned already. */
export function addMessage(planning: Planning, message: MessageToAdd): void {
  const delta = deltaOf(planning, message);
  const key = messageKey(delta.conversation_id, message.providerMessageId);
  if (planning.facts.storedMessages.has(key) || planning.planned.has(key)) return;
  planning.planned.add(key);
  extend(planning, delta, message);
  const messageId = planning.newId('msg');
  planning.plan.messages.push({
    message_id: messageId,
    agent_id: delta.agent_id,
    contact_id: delta.contact_id,
    ordinal: delta.added,
    sender: message.author === 'human' ? 'agent' : 'user',
    author: message.author,
    type: message.content.type,
    text: message.content.text,
    content: contentOf(message.content),
    platform_message_id: message.providerMessageId,
    reply_to: message.replyTo,
    provider_timestamp: message.sentAt.toISOString(),
    edited: message.changed === 'edited',
    revoked: message.changed === 'revoked',
  });
  const purpose = message.author === 'customer' ? tappedPurpose(message.content) : undefined;
  if (purpose !== undefined) {
    const ids = clickIds(planning.newId);
    planning.plan.clicks.push({
      ...ids,
      kind: 'button',
      userId: delta.user_id,
      purpose,
      messageId,
    });
  }
  message.content.media.forEach((media, position) => {
    planning.plan.attachments.push({
      attachment_id: media.attachmentId ?? planning.newId('att'),
      user_id: delta.user_id,
      message_id: messageId,
      position,
      kind: media.kind,
      mime_type: media.mimeType ?? null,
      filename: media.filename ?? null,
      is_voice_note: media.isVoiceNote ?? false,
      provider_media_id: media.providerMediaId ?? null,
      provider_url: media.url ?? null,
      sha256: media.sha256 ?? null,
    });
  });
}

/** The details, and that there are files where the type does not say so: whoever reads the message looks for them then. */
function contentOf({ type, details, media }: MessageContent): Record<string, unknown> {
  return media.length > 0 && !fileTypes.has(type) ? { ...details, hasFiles: true } : details;
}

const fileTypes = new Set<string>(['image', 'video', 'audio', 'document', 'sticker']);

/** When the reply window that a customer's message opens will close. */
export function windowAfter(planning: Planning, platform: Platform, sentAt: Date): Date {
  return new Date(sentAt.getTime() + planning.replyWindowMs(platform));
}

function deltaOf(planning: Planning, message: MessageToAdd): ConversationDelta {
  const { account, contactId } = message;
  const key = conversationKey(account.agentId, contactId);
  const planned = planning.deltas.get(key);
  if (planned !== undefined) return planned;
  const existing = planning.facts.conversations.get(key);
  const delta: ConversationDelta = {
    conversation_id: existing?.conversationId ?? message.newConversationId ?? planning.newId('cnv'),
    user_id: account.userId,
    agent_id: account.agentId,
    contact_id: contactId,
    customer_phone: existing?.customerPhone ?? message.sendTo.address,
    is_new: existing === undefined,
    added: 0,
    owes: 0,
    answers: 0,
    quiet_ms: account.quietMs,
    takeover_minutes: account.takeoverMinutes,
    window_ends_at: null,
    referral: null,
  };
  planning.deltas.set(key, delta);
  return delta;
}

function extend(planning: Planning, delta: ConversationDelta, message: MessageToAdd): void {
  if (delta.added === 0) planning.plan.conversations.push(delta);
  delta.added += 1;
  if (message.expectsReply) delta.owes = delta.added;
  if (message.author === 'human') delta.answers = delta.added;
  const windowEndsAt = message.windowEndsAt?.toISOString() ?? null;
  if (windowEndsAt !== null && (delta.window_ends_at ?? '') < windowEndsAt) {
    delta.window_ends_at = windowEndsAt;
  }
  if (message.referral !== null) delta.referral ??= message.referral;
  // A phone number reaches a person whatever happens to their other ids, so it stays once it is known.
  if (message.sendTo.kind === 'phone' || !isPhone(delta.customer_phone)) {
    delta.customer_phone = message.sendTo.address;
  }
}

function isPhone(address: string): boolean {
  return /^\d{5,15}$/.test(address);
}
