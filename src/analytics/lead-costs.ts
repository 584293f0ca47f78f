import { z } from 'zod';
import type { ConversationRef } from '../conversations/conversation.ts';
import { type Db, oneRow, rows } from '../lib/db.ts';

/** By what costs are told apart. */
export const costGroupings = ['agent', 'channel', 'ad'] as const;
export type CostGrouping = (typeof costGroupings)[number];

/** What one conversation has cost so far; tokens of models without a price are counted apart, never as nothing. */
export function costOfLead(
  tx: Db,
  wanted: ConversationRef,
): Promise<{ modelUsd: number; unknownTokens: number; credits: number }> {
  return oneRow(
    tx,
    z.object({ modelUsd: z.number(), unknownTokens: z.number(), credits: z.number() }),
    `with used as (${pricedUsage('u.conversation_id = $2', [])})
     select coalesce(sum(usd), 0)::float8 as "modelUsd",
            coalesce(sum(unknown_tokens), 0)::float8 as "unknownTokens",
            (select coalesce(-sum(t.credits), 0)::float8 from credit_transactions t
              where t.user_id = $1 and t.conversation_id = $2) as credits
       from used`,
    [wanted.userId, wanted.conversationId],
  );
}

/** Conversations that began in a period, and all that they have cost until now. */
export const CostCounts = z.object({
  conversations: z.number().int(),
  leads: z.number().int(),
  hotLeads: z.number().int(),
  bookings: z.number().int(),
  /** Of the models whose price is known, in US dollars. */
  modelUsd: z.number(),
  /** What of it was for what: `reply`, `extraction`, …. */
  modelUsdByPurpose: z.record(z.string(), z.number()),
  /** Used of models whose price nobody knows. */
  unknownTokens: z.number().int(),
  credits: z.number().int(),
});
export type CostCounts = z.infer<typeof CostCounts>;

const GroupRow = CostCounts.extend({ key: z.string().nullable(), name: z.string().nullable() });

/** The counts of one agent, channel or ad. `key` is null for those without, such as customers who came from no ad. */
export type CostGroup = z.infer<typeof GroupRow>;

/**
 * Counts by agent, channel or ad, those with the most conversations first; every conversation that began in
 * the period is in exactly one group.
 */
export function countCosts(
  tx: Db,
  wanted: { userId: string; from: Date; to: Date; by: CostGrouping },
): Promise<CostGroup[]> {
  const { key, name } = groupings[wanted.by];
  return rows(
    tx,
    GroupRow,
    `with began as materialized (
       select c.conversation_id, ${key} as key, ${name} as name
         from (
           select user_id, conversation_id, agent_id, referral, created_at from conversations
            where user_id = $1
            union all
           select user_id, conversation_id, agent_id, null, began_at from erased_conversations
            where user_id = $1) c
         join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
         join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
        where c.created_at >= $2 and c.created_at < $3
     ), used as (
       ${pricedUsage('true', ['b.key', 'u.purpose'], 'join began b on b.conversation_id = u.conversation_id')}
     ), spent as (
       select key, sum(usd) as usd, sum(unknown_tokens) as unknown_tokens,
              jsonb_object_agg(purpose, usd) filter (where usd is not null) as by_purpose
         from (select key, purpose, sum(usd) as usd, sum(unknown_tokens) as unknown_tokens
                 from used group by key, purpose) each
        group by key
     ), charged as (
       select b.key, -sum(t.credits) as credits
         from began b
         join credit_transactions t on t.conversation_id = b.conversation_id and t.user_id = $1
        group by b.key
     ), counted as (
       select b.key, max(b.name) as name, count(*) as conversations,
              count(l.conversation_id) as leads,
              count(*) filter (where l.lead_status_tag = 'Hot') as hot_leads,
              count(*) filter (where ${hasBooking}) as bookings
         from began b
         left join extractions l
           on l.conversation_id = b.conversation_id and l.user_id = $1 and l.is_latest
        group by b.key
     )
     select n.key, n.name, n.conversations::float8, n.leads::float8,
            n.hot_leads::float8 as "hotLeads", n.bookings::float8,
            coalesce(s.usd, 0)::float8 as "modelUsd",
            coalesce(s.by_purpose, '{}') as "modelUsdByPurpose",
            coalesce(s.unknown_tokens, 0)::float8 as "unknownTokens",
            coalesce(g.credits, 0)::float8 as credits
       from counted n
       left join spent s on s.key is not distinct from n.key
       left join charged g on g.key is not distinct from n.key
      order by n.conversations desc, n.key`,
    [wanted.userId, wanted.from, wanted.to],
  );
}

/** The only place that says what a booking of `began b` is: nothing books yet. */
const hasBooking = 'false';

const groupings: Record<CostGrouping, { key: string; name: string }> = {
  agent: { key: 'c.agent_id', name: 'a.name' },
  channel: { key: 'p.platform', name: 'p.platform' },
  // The ad's own id; a click id alone tells that an ad was clicked, and each click has another.
  ad: {
    key: `coalesce(c.referral ->> 'source_id', c.referral ->> 'ctwa_clid')`,
    name: `coalesce(c.referral ->> 'headline', c.referral ->> 'source_url')`,
  },
};

/** Usage summed by model and `groups`, each sum priced: a price is asked for once a sum, not once a row. */
function pricedUsage(condition: string, groups: string[], join = ''): string {
  const columns = groups.map((group) => `${group}, `).join('');
  return `
    select ${groups.map((group) => `${group.slice(2)}, `).join('')}model,
           usage_cost_usd(model, input, cached, output) as usd,
           case when usage_cost_usd(model, input, cached, output) is null
                then input + output else 0 end as unknown_tokens
      from (select ${columns}u.model, sum(u.input_tokens)::bigint as input,
                   sum(u.cached_input_tokens)::bigint as cached,
                   sum(u.output_tokens)::bigint as output
              from model_usage u ${join}
             where u.user_id = $1 and ${condition}
             group by ${columns}u.model) summed`;
}
