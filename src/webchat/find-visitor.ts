import { z } from 'zod';
import { parseAgentSettings } from '../accounts/agent-settings.ts';
import type { Pool } from '../lib/db.ts';
import type { VisitorClaims, VisitorTokens } from './visitor-token.ts';
import { BadToken, UnknownKey } from './webchat-errors.ts';

const SiteRow = z.object({
  userId: z.string(),
  phoneNumberId: z.string(),
  key: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  settings: z.unknown().transform((stored) => parseAgentSettings(stored).webchat ?? {}),
});

/** A chat on a business's pages, and the agent that answers there. */
export type Site = z.infer<typeof SiteRow>;

const siteColumns = `p.user_id as "userId", p.id as "phoneNumberId",
  p.meta_phone_number_id as key, a.agent_id as "agentId", a.name as "agentName", a.settings`;

/** The chat that a page names by its key. Throws UnknownKey. */
export async function findSite(receiver: Pool, key: string): Promise<Site> {
  const found = await receiver.query({
    name: 'webchat_site',
    text: `
      select ${siteColumns}
        from phone_numbers p
        join agents a on a.phone_number_id = p.id and a.is_active
       where p.platform = 'webchat' and p.meta_phone_number_id = $1`,
    values: [key],
  });
  const site = found.rows[0];
  if (site === undefined) throw new UnknownKey('No chat has this key, or nobody answers there.');
  return SiteRow.parse(site);
}

const VisitorRow = SiteRow.extend({
  contactId: z.string().nullable(),
  conversationId: z.string().nullable(),
  lastSequenceNo: z.number().nullable(),
  handledBy: z.enum(['ai', 'human']).nullable(),
  earlier: z.number(),
});

/** A visitor of a chat, known by their token. Before their first message they have no contact. */
export type Visitor = {
  site: Site;
  claims: VisitorClaims;
  contactId: string | undefined;
  /** Also before there is one. */
  conversationId: string;
  hasConversation: boolean;
  lastSequenceNo: number;
  handledBy: 'ai' | 'human';
};

/**
 * The id of a visitor's first conversation that none has had. Those of conversations that were erased stay with what
 * they cost.
 */
async function nextConversationId(
  { receiver, tokens }: { receiver: Pool; tokens: VisitorTokens },
  claims: VisitorClaims,
  earlier: number,
): Promise<string> {
  const candidates = Array.from({ length: triedAtOnce }, (_, index) =>
    tokens.conversationId(claims, earlier + index),
  );
  const erased = await receiver.query({
    name: 'webchat_erased_conversations',
    text: `select conversation_id as "conversationId" from erased_conversations
            where conversation_id = any ($1::text[])`,
    values: [candidates],
  });
  const taken = new Set(erased.rows.map((row) => ErasedRow.parse(row).conversationId));
  return (
    candidates.find((id) => !taken.has(id)) ??
    (await nextConversationId({ receiver, tokens }, claims, earlier + triedAtOnce))
  );
}

const triedAtOnce = 4;
const ErasedRow = z.object({ conversationId: z.string() });

/** Looks a visitor up. Throws BadToken when their chat is not there any more. */
export async function findVisitor(
  deps: { receiver: Pool; tokens: VisitorTokens },
  claims: VisitorClaims,
): Promise<Visitor> {
  const found = await deps.receiver.query({
    // Asked for with every request: planning it anew took four times as long as running it.
    name: 'webchat_visitor',
    text: `
      select ${siteColumns}, i.contact_id as "contactId", c.conversation_id as "conversationId",
             c.last_sequence_no as "lastSequenceNo",
             case when c.ai_paused_until <= now() then 'ai' else c.handled_by end as "handledBy",
             (select count(*)::integer from conversations o
               where o.user_id = p.user_id and o.agent_id = a.agent_id
                 and o.contact_id = i.contact_id and not o.is_active) as earlier
        from phone_numbers p
        join agents a on a.phone_number_id = p.id and a.is_active
        left join contact_identities i
          on i.user_id = p.user_id and i.kind = 'webchat_visitor' and i.address = $2
        left join conversations c
          on c.agent_id = a.agent_id and c.contact_id = i.contact_id and c.is_active
       where p.platform = 'webchat' and p.id = $1`,
    values: [claims.phoneNumberId, claims.address],
  });
  const [first] = found.rows;
  if (first === undefined) throw new BadToken('The chat of this token is not there any more.');
  const row = VisitorRow.parse(first);
  const { contactId, conversationId, lastSequenceNo, handledBy, earlier, ...site } = row;
  return {
    site,
    claims,
    contactId: contactId ?? undefined,
    conversationId: conversationId ?? (await nextConversationId(deps, claims, earlier)),
    hasConversation: conversationId !== null,
    lastSequenceNo: lastSequenceNo ?? 0,
    handledBy: handledBy ?? 'ai',
  };
}
