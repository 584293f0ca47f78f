import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Tenant } from './arrange.ts';

/** A conversation as a test finds it; what it does not mention is an open one that nothing was said in. */
export type ConversationOptions = {
  /** Who wrote, in order: the messages are numbered 1..n. */
  authors?: ('customer' | 'ai' | 'human')[];
  owedThrough?: number;
  answeredThrough?: number;
  handledBy?: 'ai' | 'human';
  handoverReason?: string;
  isActive?: boolean;
  /** Minutes from now; negative: the window has closed. */
  windowMinutes?: number;
  /** Minutes from now. */
  replyDueMinutes?: number;
  turnId?: string;
  lastMessageAt?: string;
};

/** Stores a conversation straight into the database; answers its id. */
export async function arrangeConversation(
  owner: Pool,
  tenant: Tenant,
  options: ConversationOptions = {},
): Promise<string> {
  const conversationId = newId('cnv');
  const contactId = newId('con');
  const authors = options.authors ?? [];
  await owner.query('insert into contacts (contact_id, user_id) values ($1, $2)', [
    contactId,
    tenant.userId,
  ]);
  await owner.query(
    `insert into conversations
       (conversation_id, user_id, agent_id, contact_id, customer_phone, last_sequence_no,
        owed_through, answered_through, handled_by, handover_reason, is_active,
        reply_window_ends_at, reply_due_at, turn_id, turn_lease_until, last_message_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(mins => $12),
             now() + make_interval(mins => $13), $14::text,
             case when $14::text is not null then now() + interval '1 minute' end,
             coalesce($15::timestamptz, now()))`,
    [
      conversationId,
      tenant.userId,
      tenant.agentId,
      contactId,
      contactId.slice(-15),
      authors.length,
      options.owedThrough ?? 0,
      options.answeredThrough ?? 0,
      options.handledBy ?? 'ai',
      options.handoverReason ?? null,
      options.isActive ?? true,
      options.windowMinutes ?? 60,
      options.replyDueMinutes ?? null,
      options.turnId ?? null,
      options.lastMessageAt ?? null,
    ],
  );
  await owner.query(
    `insert into messages
       (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status)
     select $1 || '_' || place, $2, $3, place,
            case when author = 'customer' then 'user' else 'agent' end, author, 'text',
            'text ' || place, 'sent'
       from unnest($4::text[]) with ordinality as said (author, place)`,
    [newId('msg'), tenant.userId, conversationId, authors],
  );
  return conversationId;
}

/** The row as it is stored. */
export async function storedConversation(
  owner: Pool,
  conversationId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await owner.query(
    `select *, extract(epoch from ai_paused_until - now()) / 60 as paused_minutes,
            extract(epoch from reply_due_at - now()) / 60 as due_minutes
       from conversations where conversation_id = $1`,
    [conversationId],
  );
  return rows[0] ?? {};
}
