import type { Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';

/** What a conversation's stored answer has said about its meetings is owed no more. */
export async function settleTold(
  app: Pool,
  { userId, conversationId }: { userId: string; conversationId: string },
): Promise<void> {
  await asTenant(app, userId, (tx) =>
    tx.query(
      `update meeting_messages x
          set due_at = null, settled_at = now(), outcome = 'answered'
         from meetings m
        where x.user_id = $1 and m.user_id = x.user_id and m.meeting_id = x.meeting_id
          and m.conversation_id = $2 and x.key like 'turn@%' and x.settled_at is null`,
      [userId, conversationId],
    ),
  );
}
