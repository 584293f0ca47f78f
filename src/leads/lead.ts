import { z } from 'zod';
import { handledBy } from '../conversations/conversation.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { Brief, Reasoning } from './lead-state.ts';

const Grade = z.number().int().min(1).max(3);
const Level = z.string().nullable();
const Clicked = z.enum(['Yes', 'No']);
/** What a person set, by field; no later extraction changes it. */
const SetByHand = z.record(
  z.string(),
  z.object({ value: z.union([z.string(), z.number(), z.null()]), setAt: z.string() }),
);

const changed = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One row of what is known of a lead, as it was stored: what was known, what was other than before, and who says so. */
export const Extraction = z.object({
  extractionId: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  userId: z.string(),
  agentId: z.string(),
  platform: z.string(),
  callId: z.string().nullable(),
  customerPhone: z.string(),
  extractedAt: Timestamp,
  isLatest: z.boolean(),
  messageCountAtExtraction: z.number().int(),
  source: z.enum(['model', 'person', 'fact']),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  company: z.string().nullable(),
  intent: z.string().nullable(),
  intentLevel: Level,
  intentScore: Grade,
  urgencyLevel: Level,
  urgencyScore: Grade,
  budgetConstraint: Level,
  budgetScore: Grade,
  fitAlignment: Level,
  fitScore: Grade,
  engagementHealth: Level,
  engagementScore: Grade,
  ctaPricingClicked: Clicked,
  ctaDemoClicked: Clicked,
  ctaFollowupClicked: Clicked,
  ctaSampleClicked: Clicked,
  ctaWebsiteClicked: Clicked,
  ctaEscalatedToHuman: Clicked,
  totalScore: z.number().int(),
  scorePercent: z.number().int(),
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']),
  demoBookDatetime: Timestamp.nullable(),
  reasoning: Reasoning,
  brief: Brief,
  smartNotification: z.string().nullable(),
  notes: z.string().nullable(),
  setByHand: SetByHand,
  changes: z.record(z.string(), z.object({ from: changed, to: changed })),
  model: z.string().nullable(),
  promptVersion: z.string().nullable(),
  costUsd: z.number().nullable(),
  isRead: z.boolean(),
  readAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type Extraction = z.infer<typeof Extraction>;

/** Selects an Extraction from `extractions l`, or from `leads l`. */
export const extractionColumns = `l.extraction_id as "extractionId",
  l.conversation_id as "conversationId", l.contact_id as "contactId", l.user_id as "userId",
  l.agent_id as "agentId", l.platform, l.call_id as "callId",
  l.customer_phone as "customerPhone", l.extracted_at as "extractedAt",
  l.is_latest as "isLatest", l.message_count_at_extraction as "messageCountAtExtraction",
  l.source, l.name, l.email, l.phone, l.company, l.intent, l.intent_level as "intentLevel",
  l.intent_score as "intentScore", l.urgency_level as "urgencyLevel",
  l.urgency_score as "urgencyScore", l.budget_constraint as "budgetConstraint",
  l.budget_score as "budgetScore", l.fit_alignment as "fitAlignment", l.fit_score as "fitScore",
  l.engagement_health as "engagementHealth", l.engagement_score as "engagementScore",
  l.cta_pricing_clicked as "ctaPricingClicked", l.cta_demo_clicked as "ctaDemoClicked",
  l.cta_followup_clicked as "ctaFollowupClicked", l.cta_sample_clicked as "ctaSampleClicked",
  l.cta_website_clicked as "ctaWebsiteClicked",
  l.cta_escalated_to_human as "ctaEscalatedToHuman", l.total_score as "totalScore",
  l.score_percent as "scorePercent", l.lead_status_tag as "leadStatusTag",
  l.demo_book_datetime as "demoBookDatetime", l.reasoning, l.brief,
  l.smart_notification as "smartNotification", l.notes, l.set_by_hand as "setByHand", l.changes,
  l.model, l.prompt_version as "promptVersion", l.cost_usd::float8 as "costUsd",
  l.is_read as "isRead", l.read_at as "readAt", l.created_at as "createdAt"`;

/** A lead: the newest extraction of a conversation, with how the conversation stands. */
export const Lead = Extraction.omit({ isLatest: true }).extend({
  agentName: z.string(),
  lastMessageAt: Timestamp,
  replyWindowEndsAt: Timestamp.nullable(),
  handledBy: z.enum(['ai', 'human']),
});
export type Lead = z.infer<typeof Lead>;

/** Selects, beside those of an Extraction, the rest of a Lead; needs `conversations c` and `agents a`. */
export const standingColumns = `a.name as "agentName", c.last_message_at as "lastMessageAt",
  c.reply_window_ends_at as "replyWindowEndsAt", ${handledBy} as "handledBy"`;
