import type { Db } from '../lib/db.ts';
import type { CompleteLead, LeadChanges } from './complete-lead.ts';
import type { Dimension } from './dimensions.ts';
import type { LeadToStore } from './store-lead.ts';

/** What a row of `extractions` is made of. */
export type LeadRow = {
  given: LeadToStore;
  lead: CompleteLead;
  changes: LeadChanges;
  about: {
    contactId: string;
    agentId: string;
    platform: string;
    customerPhone: string;
    lastSequenceNo: number;
  };
  isRead: boolean;
  searchText: string;
};

/** Inserts a row of a lead; the one before must not be the latest any more. */
export async function insertLeadRow(tx: Db, row: LeadRow): Promise<void> {
  const columns = columnsOf(row);
  const names = Object.keys(columns);
  await tx.query(
    `insert into extractions (${names.join(', ')})
     values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(columns),
  );
}

function columnsOf({ given, lead, changes, about, isRead, searchText }: LeadRow) {
  const { reasoning, facts } = lead;
  const level = (dimension: Dimension): string | null =>
    reasoning[dimension].level === 'Unknown' ? null : reasoning[dimension].level;
  const clicked = (happened: boolean): string => (happened ? 'Yes' : 'No');
  return {
    extraction_id: given.extractionId,
    user_id: given.userId,
    conversation_id: given.conversationId,
    contact_id: about.contactId,
    agent_id: about.agentId,
    platform: about.platform,
    customer_phone: about.customerPhone,
    message_count_at_extraction: about.lastSequenceNo,
    extracted_through: given.extractedThrough,
    source: given.source,
    name: lead.name,
    email: lead.email,
    phone: lead.phone,
    company: lead.company,
    intent: lead.intent,
    intent_level: level('intent'),
    intent_score: reasoning.intent.score,
    urgency_level: level('urgency'),
    urgency_score: reasoning.urgency.score,
    budget_constraint: level('budget'),
    budget_score: reasoning.budget.score,
    fit_alignment: level('fit'),
    fit_score: reasoning.fit.score,
    engagement_health: level('engagement'),
    engagement_score: reasoning.engagement.score,
    cta_pricing_clicked: clicked(facts.pricing),
    cta_demo_clicked: clicked(facts.demo),
    cta_followup_clicked: clicked(facts.followup),
    cta_sample_clicked: clicked(facts.sample),
    cta_website_clicked: clicked(facts.website),
    cta_escalated_to_human: clicked(facts.escalated),
    total_score: lead.totalScore,
    score_percent: lead.scorePercent,
    lead_status_tag: lead.leadStatusTag,
    demo_book_datetime: lead.demoBookDatetime,
    reasoning: JSON.stringify(reasoning),
    brief: JSON.stringify(lead.brief),
    smart_notification: lead.smartNotification,
    notes: lead.notes,
    understood: JSON.stringify(given.understood),
    set_by_hand: JSON.stringify(given.setByHand),
    changes: JSON.stringify(changes),
    model: given.model,
    prompt_version: given.promptVersion,
    cost_usd: given.costUsd,
    is_read: isRead,
    search_text: searchText,
  };
}
