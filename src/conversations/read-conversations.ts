import { z } from 'zod';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import {
  Conversation,
  type ConversationRef,
  conversationColumns,
  handledBy,
} from './conversation.ts';
import { Message, selectMessages } from './message.ts';

/** Where a page of conversations ended: the time in microseconds since 1970, as exact as Postgres keeps it, and the id. */
export const ConversationKeys = z.tuple([z.number().int().min(0), z.string().max(50)]);

const ListedConversation = Conversation.extend({ lastMessageUs: z.number() });

export type ConversationFilter = {
  agentId?: string | undefined;
  handledBy?: 'ai' | 'human' | undefined;
  isActive?: boolean | undefined;
};

/** Those with the newest messages first. `lastMessageUs` and the id are what the next page goes on from. */
export function listConversations(
  tx: Db,
  wanted: {
    userId: string;
    limit: number;
    before: z.infer<typeof ConversationKeys> | undefined;
    filter: ConversationFilter;
  },
): Promise<z.infer<typeof ListedConversation>[]> {
  const { filter } = wanted;
  return rows(
    tx,
    ListedConversation,
    `select ${conversationColumns},
            (extract(epoch from c.last_message_at) * 1000000)::float8 as "lastMessageUs"
       from conversations c
      where c.user_id = $1
        and ($2::bigint is null or (c.last_message_at, c.conversation_id)
              < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3))
        and ($4::text is null or c.agent_id = $4)
        and ($5::text is null or ${handledBy} = $5)
        and ($6::boolean is null or c.is_active = $6)
      order by c.last_message_at desc, c.conversation_id desc
      limit $7`,
    [
      wanted.userId,
      wanted.before?.[0] ?? null,
      wanted.before?.[1] ?? null,
      filter.agentId ?? null,
      filter.handledBy ?? null,
      filter.isActive ?? null,
      wanted.limit,
    ],
  );
}

/** Throws NotFound. */
export async function getConversation(tx: Db, wanted: ConversationRef): Promise<Conversation> {
  const conversation = await maybeRow(
    tx,
    Conversation,
    `select ${conversationColumns}
       from conversations c
      where c.user_id = $1 and c.conversation_id = $2`,
    [wanted.userId, wanted.conversationId],
  );
  if (conversation === undefined) throw new NotFound('conversation');
  return conversation;
}

/** In the order of their sequence numbers, those after `after`. */
export function listMessages(
  tx: Db,
  wanted: ConversationRef & { after: number; limit: number },
): Promise<Message[]> {
  return rows(
    tx,
    Message,
    `${selectMessages}
      where m.user_id = $1 and m.conversation_id = $2 and m.sequence_no > $3
      order by m.sequence_no
      limit $4`,
    [wanted.userId, wanted.conversationId, wanted.after, wanted.limit],
  );
}

/** One message, or undefined. */
export function findMessage(
  tx: Db,
  wanted: { userId: string; messageId: string },
): Promise<Message | undefined> {
  return maybeRow(tx, Message, `${selectMessages} where m.user_id = $1 and m.message_id = $2`, [
    wanted.userId,
    wanted.messageId,
  ]);
}
