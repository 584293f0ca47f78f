import { z } from 'zod';
import { Timestamp } from '../lib/http/fields.ts';

/** A customer's conversation with an agent, as the API shows it. */
export const Conversation = z.object({
  conversationId: z.string(),
  agentId: z.string(),
  contactId: z.string(),
  customerPhone: z.string(),
  handledBy: z.enum(['ai', 'human']),
  handoverReason: z.string().nullable(),
  aiPausedUntil: Timestamp.nullable(),
  isActive: z.boolean(),
  lastSequenceNo: z.number().int(),
  lastMessageAt: Timestamp,
  replyWindowEndsAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type Conversation = z.infer<typeof Conversation>;

/** Who has `conversations c` now: when a pause is over the AI has it, though the row says so only from the next message on. */
export const handledBy = `case when c.ai_paused_until <= now() then 'ai' else c.handled_by end`;

const unlessOver = (column: string) =>
  `case when c.ai_paused_until <= now() then null else ${column} end`;

/** Selects a Conversation from `conversations c`. */
export const conversationColumns = `c.conversation_id as "conversationId", c.agent_id as "agentId",
  c.contact_id as "contactId", c.customer_phone as "customerPhone", ${handledBy} as "handledBy",
  ${unlessOver('c.handover_reason')} as "handoverReason",
  ${unlessOver('c.ai_paused_until')} as "aiPausedUntil",
  c.is_active as "isActive", c.last_sequence_no as "lastSequenceNo",
  c.last_message_at as "lastMessageAt", c.reply_window_ends_at as "replyWindowEndsAt",
  c.created_at as "createdAt"`;

/** Names one conversation of one tenant. */
export type ConversationRef = { userId: string; conversationId: string };
