import type { Db } from '../lib/db.ts';

/**
 * Takes away conversations with all that was said, and with the deliveries and attachments that go with the messages.
 * Answers how many messages there were.
 */
export async function forgetConversations(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<{ messages: number }> {
  const wanted = [of.userId, of.conversationIds];
  const messages = await tx.query(
    'delete from messages where user_id = $1 and conversation_id = any ($2::text[])',
    wanted,
  );
  await tx.query(
    'delete from conversations where user_id = $1 and conversation_id = any ($2::text[])',
    wanted,
  );
  return { messages: messages.rowCount ?? 0 };
}
