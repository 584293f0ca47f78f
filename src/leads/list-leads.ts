import { z } from 'zod';
import { type Db, rows } from '../lib/db.ts';
import { extractionColumns, Lead, standingColumns } from './lead.ts';
import { type SearchPattern, searchPattern } from './search-text.ts';

/** Those with the best score first, or those that were read last. */
export const leadSorts = ['score', 'recent'] as const;
export type LeadSort = (typeof leadSorts)[number];

/** Which leads; `from` is the first moment of their newest extraction, `to` the first one after. */
export type LeadFilter = {
  tag?: 'Hot' | 'Warm' | 'Cold' | undefined;
  channel?: string | undefined;
  agentId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  isRead?: boolean | undefined;
  /** Of a name, a company, a phone number, an e-mail address, or what was written. */
  q?: string | undefined;
};

/** Where a page ended: its score, its time in microseconds since 1970, as exact as Postgres keeps it, and its id. */
export const LeadKeys = z.tuple([
  z.number().int().min(0).max(100),
  z.number().int().min(0),
  z.string().max(50),
]);
export type LeadKeys = z.infer<typeof LeadKeys>;

const ListedLead = Lead.extend({ extractedUs: z.number() });
export type ListedLead = z.infer<typeof ListedLead>;

/** How many of the first leads of a list are looked through before the whole index is asked. */
const lookedThrough = 2_000;

export type LeadList = {
  userId: string;
  sort: LeadSort;
  limit: number;
  before: LeadKeys | undefined;
  filter: LeadFilter;
};

/**
 * A page of leads in their order. What changes between two pages moves: a lead that is read again meanwhile
 * may be on neither or on both, but no other is.
 */
export async function listLeads(tx: Db, wanted: LeadList): Promise<ListedLead[]> {
  const search = wanted.filter.q === undefined ? undefined : searchPattern(wanted.filter.q);
  // Most conditions are absent most of the time: only a plan for these very values can leave them out.
  await tx.query('set local plan_cache_mode = force_custom_plan');
  const { all, among } = pages[wanted.sort];
  const values = valuesOf(wanted, search);
  if (search?.in === 'everything') {
    // What many have is on the first of them, and what few have the index finds; nobody can tell before which it is.
    const found = await rows(tx, ListedLead, among, values);
    if (found.length === wanted.limit) return found;
  }
  return await rows(tx, ListedLead, all, values);
}

function valuesOf(
  { userId, limit, before, filter }: LeadList,
  search: SearchPattern | undefined,
): unknown[] {
  return [
    userId,
    limit,
    before?.[0] ?? null,
    before?.[1] ?? null,
    before?.[2] ?? null,
    filter.tag ?? null,
    filter.channel ?? null,
    filter.agentId ?? null,
    filter.from ?? null,
    filter.to ?? null,
    filter.isRead ?? null,
    patternIn('everything', search),
    patternIn('names', search),
  ];
}

function patternIn(place: SearchPattern['in'], search: SearchPattern | undefined): string | null {
  return search?.in === place ? search.pattern : null;
}

/** The keys of a listed lead, for the cursor of the page that ends with it. */
export function keysOfLead({ totalScore, extractedUs, conversationId }: ListedLead): LeadKeys {
  return [totalScore, extractedUs, conversationId];
}

const byScore = {
  order: 'l.total_score desc, l.extracted_at desc, l.conversation_id desc',
  isBefore: `(l.total_score, l.extracted_at, l.conversation_id)
    < ($3, timestamptz 'epoch' + $4 * interval '1 microsecond', $5)`,
};

const byTime = {
  order: 'l.extracted_at desc, l.conversation_id desc',
  isBefore: `(l.extracted_at, l.conversation_id)
    < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5)`,
};

const pages: Record<LeadSort, { all: string; among: string }> = {
  score: { all: selectPage(byScore), among: selectPage({ ...byScore, among: lookedThrough }) },
  recent: { all: selectPage(byTime), among: selectPage({ ...byTime, among: lookedThrough }) },
};

/**
 * From the view, not the table: a policy would keep Postgres from using the trigram index. `among`: only of so many
 * of the first leads that fit all other conditions.
 */
function selectPage(list: { order: string; isBefore: string; among?: number }): string {
  const { order, isBefore, among } = list;
  const isFound = '($12::text is null or l.search_text like $12)';
  const some = `
    select *
      from leads l
     where l.user_id = $1
       and ($3::integer is null or $4::bigint is null or ${isBefore})
       and ($6::text is null or l.lead_status_tag = $6)
       and ($7::text is null or l.platform = $7)
       and ($8::text is null or l.agent_id = $8)
       and ($9::timestamptz is null or l.extracted_at >= $9)
       and ($10::timestamptz is null or l.extracted_at < $10)
       and ($11::boolean is null or l.is_read = $11)
       and ${among === undefined ? isFound : 'true'}
       and ($13::text is null or l.search_names like $13)
     order by ${order}
     limit ${among ?? '$2'}`;
  const page = `select * from (${some}) l where ${isFound} order by ${order} limit $2`;
  return `
    select ${extractionColumns}, ${standingColumns},
           (extract(epoch from l.extracted_at) * 1000000)::float8 as "extractedUs"
      from (${among === undefined ? some : page}) l
      join conversations c on c.conversation_id = l.conversation_id and c.user_id = $1
      join agents a on a.agent_id = l.agent_id and a.user_id = $1
     order by ${order}`;
}
