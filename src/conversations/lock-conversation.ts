import { z } from 'zod';
import { PlatformName } from '../channels/phone-numbers.ts';
import { type Db, maybeRow } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { ConversationRef } from './conversation.ts';

const LockedConversation = z.object({
  platform: PlatformName,
  settings: z.unknown(),
  isActive: z.boolean(),
  /** Since when the reply window is closed, in ms; negative while it is open, null if it never was. */
  windowClosedForMs: z.number().nullable(),
});

/** What must be known to write into a conversation, read under the lock of its row. */
export type LockedConversation = z.infer<typeof LockedConversation>;

/** Locks a conversation until the transaction ends: whoever numbers its messages waits. Throws NotFound. */
export async function lockConversation(
  tx: Db,
  wanted: ConversationRef,
): Promise<LockedConversation> {
  const locked = await maybeRow(
    tx,
    LockedConversation,
    `select p.platform, a.settings, c.is_active as "isActive",
            extract(epoch from clock_timestamp() - c.reply_window_ends_at)::float8 * 1000
              as "windowClosedForMs"
       from conversations c
       join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
       join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
      where c.user_id = $1 and c.conversation_id = $2
        for update of c`,
    [wanted.userId, wanted.conversationId],
  );
  if (locked === undefined) throw new NotFound('conversation');
  return locked;
}
