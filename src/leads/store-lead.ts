import { z } from 'zod';
import { type Db, maybeRow } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { readBookedTimes } from './booked-times.ts';
import {
  type CompleteLead,
  changesBetween,
  completeLead,
  type LeadChanges,
  type LeadFacts,
  SetByHand,
} from './complete-lead.ts';
import { insertLeadRow } from './lead-row.ts';
import { LeadState, unknownDimension } from './lead-state.ts';
import type { Scoring } from './score.ts';
import { searchTextOf } from './search-text.ts';

/** Names one lead: a conversation of a tenant. */
export type LeadRef = { userId: string; conversationId: string };

const ConversationOfLead = z.object({
  contactId: z.string(),
  agentId: z.string(),
  platform: z.string(),
  customerPhone: z.string(),
  lastSequenceNo: z.number(),
  /** The customer's words, the newest first. */
  said: z.array(z.string()),
});

const LatestRow = z.object({
  extractionId: z.string(),
  understood: LeadState,
  setByHand: SetByHand,
  facts: z.object({
    pricing: z.boolean(),
    demo: z.boolean(),
    followup: z.boolean(),
    sample: z.boolean(),
    website: z.boolean(),
    escalated: z.boolean(),
  }),
  extractedThrough: z.number(),
  isRead: z.boolean(),
  totalScore: z.number(),
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']),
  demoBookDatetime: Timestamp.nullable(),
  promptVersion: z.string().nullable(),
  model: z.string().nullable(),
});

/** The latest row of a lead, as the next one is made from it. */
export type LatestLead = z.infer<typeof LatestRow>;

/**
 * Locks a lead until the transaction ends and answers its latest row; undefined before the first. Whoever
 * writes a lead goes through here, so that no two rows are made from the same one.
 */
export async function lockLead(tx: Db, ref: LeadRef): Promise<LatestLead | undefined> {
  // Also holds while there is no row yet. Apart from the locks of the conversation, so that customers never wait.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `lead ${ref.conversationId}`,
  ]);
  return await maybeRow(
    tx,
    LatestRow,
    `select extraction_id as "extractionId", understood, set_by_hand as "setByHand",
            json_build_object(
              'pricing', cta_pricing_clicked = 'Yes', 'demo', cta_demo_clicked = 'Yes',
              'followup', cta_followup_clicked = 'Yes', 'sample', cta_sample_clicked = 'Yes',
              'website', cta_website_clicked = 'Yes', 'escalated', cta_escalated_to_human = 'Yes') as facts,
            extracted_through as "extractedThrough", is_read as "isRead",
            total_score as "totalScore", lead_status_tag as "leadStatusTag",
            demo_book_datetime as "demoBookDatetime", prompt_version as "promptVersion", model
       from extractions
      where user_id = $1 and conversation_id = $2 and is_latest`,
    [ref.userId, ref.conversationId],
  );
}

/** The next row of a lead. */
export type LeadToStore = LeadRef & {
  extractionId: string;
  source: 'model' | 'person' | 'fact';
  understood: LeadState;
  setByHand: SetByHand;
  facts: LeadFacts;
  scoring: Scoring;
  /** The newest message that was read for it. */
  extractedThrough: number;
  model: string | null;
  promptVersion: string | null;
  costUsd: number | null;
};

/** What was stored, and what is other than before. */
export type StoredLead = {
  lead: CompleteLead;
  before: CompleteLead | null;
  changes: LeadChanges;
};

/** What counts as news for whoever looks at the list: not another wording of the same. */
export function isNews(changes: LeadChanges): boolean {
  return Object.keys(changes).some((field) => field !== 'intent' && field !== 'notes');
}

/** Stores the next row of a lead that `lockLead` holds, in place of `latest`: one transaction, one latest row. */
export async function storeLead(
  tx: Db,
  given: LeadToStore,
  latest: LatestLead | undefined,
): Promise<StoredLead> {
  const lead = completeLead({ ...given, booked: await readBookedTimes(tx, given) });
  const before =
    latest === undefined
      ? null
      : {
          ...completeLead({ ...latest, scoring: given.scoring }),
          // As people saw it: the tenant may weigh otherwise by now, and meetings may have moved.
          demoBookDatetime: latest.demoBookDatetime,
          totalScore: latest.totalScore,
          leadStatusTag: latest.leadStatusTag,
        };
  const changes = changesBetween(before, lead);
  const about = await conversationOf(tx, given);
  const keepsRead = given.source === 'person' || !isNews(changes);
  // The row before is history from now on, and not searched any more.
  await tx.query(
    `update extractions set is_latest = false, search_text = null
      where user_id = $1 and conversation_id = $2 and is_latest`,
    [given.userId, given.conversationId],
  );
  await insertLeadRow(tx, {
    given,
    lead,
    changes,
    about,
    isRead: keepsRead && (latest?.isRead ?? given.source === 'person'),
    searchText: searchTextOf({ ...lead, customerPhone: about.customerPhone }, about.said),
  });
  return { lead, before, changes };
}

/** What of a conversation can be searched: the newest messages, each so far. */
const searchedMessages = 300;
const searchedOfEach = 4_000;

/** A lead of which nothing was read yet: what a person's first word or a click is laid over. */
export function nothingUnderstood(profile: {
  name: string | null;
  phone: string | null;
}): LeadState {
  const unknown = unknownDimension(null);
  return {
    name: profile.name,
    email: null,
    phone: profile.phone,
    company: null,
    intent: null,
    demoBookDatetime: null,
    notes: null,
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

async function conversationOf(tx: Db, ref: LeadRef): Promise<z.infer<typeof ConversationOfLead>> {
  const found = await maybeRow(
    tx,
    ConversationOfLead,
    `select c.contact_id as "contactId", c.agent_id as "agentId", p.platform,
            c.customer_phone as "customerPhone", c.last_sequence_no as "lastSequenceNo",
            coalesce(s.said, '{}') as said
       from conversations c
       join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
       join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
       cross join lateral (
         select array_agg(left(n.words, ${searchedOfEach}) order by n.sequence_no desc) as said
           from (
             select m.sequence_no, concat_ws(' ', m.text, f.words) as words
               from messages m
               left join lateral (
                 select string_agg(x.transcript, ' ') as words from attachments x
                  where x.message_id = m.message_id) f on m.type = 'audio'
              where m.conversation_id = c.conversation_id and m.author = 'customer'
                and m.revoked_at is null
              order by m.sequence_no desc
              limit ${searchedMessages}) n) s
      where c.user_id = $1 and c.conversation_id = $2`,
    [ref.userId, ref.conversationId],
  );
  if (found === undefined) throw new Error('a lead of a conversation that is not there');
  return found;
}
