import { type LeadState, unknownDimension } from '../../src/leads/lead-state.ts';
import { searchTextOf } from '../../src/leads/search-text.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tenant } from './arrange.ts';
import { arrangeConversation } from './arrange-conversation.ts';

/** A lead as a test finds it; what it does not mention nobody knows, and it is Cold. */
export type LeadOptions = {
  conversationId?: string;
  agentId?: string;
  platform?: string;
  name?: string;
  company?: string;
  email?: string;
  phone?: string;
  notes?: string;
  /** What the customer wrote, for the search. */
  texts?: string[];
  totalScore?: number;
  tag?: 'Hot' | 'Warm' | 'Cold';
  extractedAt?: string;
  isRead?: boolean;
  isLatest?: boolean;
  setByHand?: object;
  changes?: object;
};

const unsaid = {
  agentId: null,
  platform: 'whatsapp',
  name: null,
  company: null,
  email: null,
  phone: null,
  notes: null,
  texts: [],
  totalScore: 5,
  tag: 'Cold',
  extractedAt: null,
  isRead: false,
  isLatest: true,
  setByHand: {},
  changes: {},
};

/** Stores a reading of a conversation straight into the database; answers the ids. */
export async function arrangeLead(
  owner: Pool,
  tenant: Tenant,
  options: LeadOptions = {},
): Promise<{ conversationId: string; extractionId: string }> {
  const conversationId = options.conversationId ?? (await arrangeConversation(owner, tenant));
  const extractionId = newId('ext');
  const lead = { ...unsaid, ...options };
  const understood = nothingKnown(lead);
  await owner.query(
    `insert into extractions
       (extraction_id, user_id, conversation_id, contact_id, agent_id, platform, customer_phone,
        extracted_at, is_latest, source, name, email, phone, company, intent_score, urgency_score,
        budget_score, fit_score, engagement_score, total_score, score_percent, lead_status_tag,
        reasoning, brief, understood, notes, set_by_hand, changes, model, prompt_version, is_read,
        search_text)
     select $1, c.user_id, c.conversation_id, c.contact_id, coalesce($4, c.agent_id), $5,
            c.customer_phone, coalesce($6::timestamptz, now()), $7, 'model', $8, $9, $10, $11,
            1, 1, 1, 1, 1, $12, 0, $13, $14, $15, $16, $17, $18, $19, 'test-model', 'v1', $20, $21
       from conversations c where c.user_id = $2 and c.conversation_id = $3`,
    [
      extractionId,
      tenant.userId,
      conversationId,
      lead.agentId,
      lead.platform,
      lead.extractedAt,
      lead.isLatest,
      lead.name,
      lead.email,
      lead.phone,
      lead.company,
      lead.totalScore,
      lead.tag,
      JSON.stringify(understood.reasoning),
      JSON.stringify(understood.brief),
      JSON.stringify(understood),
      lead.notes,
      JSON.stringify(lead.setByHand),
      JSON.stringify(lead.changes),
      lead.isRead,
      searchTextOf({ ...understood, customerPhone: '' }, lead.texts),
    ],
  );
  return { conversationId, extractionId };
}

function nothingKnown(
  lead: Pick<LeadState, 'name' | 'email' | 'phone' | 'company' | 'notes'>,
): LeadState {
  const unknown = unknownDimension(null);
  return {
    name: lead.name,
    email: lead.email,
    phone: lead.phone,
    company: lead.company,
    intent: null,
    demoBookDatetime: null,
    notes: lead.notes,
    reasoning: {
      intent: unknown,
      urgency: unknown,
      budget: unknown,
      fit: unknown,
      engagement: unknown,
    },
    brief: { wants: null, whyNow: [], promised: [] },
  };
}
