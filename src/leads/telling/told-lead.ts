import { z } from 'zod';
import { type Db, maybeRow } from '../../lib/db.ts';
import type { LeadRef } from '../store-lead.ts';

const Quote = z.object({ quote: z.string() });
const Promised = z.object({ text: z.string() });

const Brief = z
  .object({
    wants: z.string().nullable().catch(null),
    whyNow: z.array(Quote).catch([]),
    promised: z.array(Promised).catch([]),
  })
  .catch({ wants: null, whyNow: [], promised: [] });

const ToldLead = z.object({
  agentId: z.string(),
  agentName: z.string(),
  platform: z.string(),
  contactName: z.string().nullable(),
  contactPhone: z.string().nullable(),
  lead: z
    .object({
      name: z.string().nullable(),
      company: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      intent: z.string().nullable(),
      tag: z.enum(['Hot', 'Warm', 'Cold']),
      total: z.number(),
      percent: z.number(),
      brief: Brief,
    })
    .nullable(),
  /** What the customer wrote last, newest first. */
  lastTexts: z.array(z.string()),
});

/** What is known of a lead at the moment at which people are told of it. */
export type ToldLead = z.infer<typeof ToldLead>;

const lastTextCount = 3;

/** Reads what is known of a lead; it may not have been read by a model yet. Undefined for no such conversation. */
export function readToldLead(tx: Db, ref: LeadRef): Promise<ToldLead | undefined> {
  return maybeRow(
    tx,
    ToldLead,
    `select a.agent_id as "agentId", a.name as "agentName", p.platform,
            k.name as "contactName",
            (select i.address from contact_identities i
              where i.user_id = c.user_id and i.contact_id = c.contact_id and i.kind = 'phone'
              order by i.created_at desc limit 1) as "contactPhone",
            (select jsonb_build_object(
                      'name', l.name, 'company', l.company, 'email', l.email, 'phone', l.phone,
                      'intent', l.intent, 'tag', l.lead_status_tag, 'total', l.total_score,
                      'percent', l.score_percent, 'brief', l.brief)
               from leads l
              where l.user_id = c.user_id and l.conversation_id = c.conversation_id) as lead,
            array(select left(m.text, 1000) from messages m
                   where m.user_id = c.user_id and m.conversation_id = c.conversation_id
                     and m.author = 'customer' and m.text <> '' and m.revoked_at is null
                   order by m.sequence_no desc limit $3) as "lastTexts"
       from conversations c
       join agents a on a.user_id = c.user_id and a.agent_id = c.agent_id
       join phone_numbers p on p.user_id = a.user_id and p.id = a.phone_number_id
       join contacts k on k.user_id = c.user_id and k.contact_id = c.contact_id
      where c.user_id = $1 and c.conversation_id = $2`,
    [ref.userId, ref.conversationId, lastTextCount],
  );
}
