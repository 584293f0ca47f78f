import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from '../support/arrange.ts';
import { arrangeLead } from '../support/arrange-lead.ts';

/** So many leads of a tenant, all alike: Cold, read at the same moment, by customers who wrote `text`. */
export async function arrangeManyLeads(
  owner: Pool,
  tenant: Tenant,
  count: number,
  text = 'hello',
): Promise<void> {
  const { conversationId } = await arrangeLead(owner, tenant, { texts: [text], totalScore: 6 });
  await owner.query(
    `with c as (
       insert into conversations
         (conversation_id, user_id, agent_id, contact_id, customer_phone, is_active)
       select 'cnv_' || right($2::text, 20) || n, user_id, agent_id, contact_id, 'many' || n, false
         from conversations cross join generate_series(2, $3::int) n
        where conversation_id = $1
       returning *)
     insert into extractions
       (extraction_id, user_id, conversation_id, contact_id, agent_id, platform, customer_phone,
        source, intent_score, urgency_score, budget_score, fit_score, engagement_score,
        total_score, score_percent, lead_status_tag, reasoning, brief, understood, search_text)
     select 'ext_' || c.conversation_id, c.user_id, c.conversation_id, c.contact_id, c.agent_id,
            e.platform, c.customer_phone, 'model', 1, 1, 1, 1, 1, e.total_score, e.score_percent,
            'Cold', e.reasoning, e.brief, e.understood, e.search_text
       from c join extractions e on e.conversation_id = $1`,
    [conversationId, tenant.userId, count],
  );
}
