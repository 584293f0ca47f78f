import { parseAgentSettings } from '../accounts/agent-settings.ts';
import { type Db, oneRow } from '../lib/db.ts';
import { writeEvent } from '../realtime/event-kinds.ts';
import { Conversation, type ConversationRef, conversationColumns } from './conversation.ts';
import { lockConversation } from './lock-conversation.ts';

/**
 * Gives a conversation to people: the AI is silent for the agent's `takeoverMinutes`, and a turn that is
 * under way stores nothing. What is owed to the customer falls due again when the pause ends. Throws NotFound.
 */
export async function takeOver(tx: Db, wanted: ConversationRef): Promise<Conversation> {
  const { settings } = await lockConversation(tx, wanted);
  const conversation = await oneRow(
    tx,
    Conversation,
    `update conversations c
        set handled_by = 'human', handover_reason = 'taken_over',
            ai_paused_until = now() + make_interval(secs => $3 * 60),
            reply_due_at = case when c.owed_through > c.answered_through
              then now() + make_interval(secs => $3 * 60) end
      where c.user_id = $1 and c.conversation_id = $2
      returning ${conversationColumns}`,
    [wanted.userId, wanted.conversationId, parseAgentSettings(settings).takeoverMinutes],
  );
  await writeEvent(tx, wanted.userId, { kind: 'conversation', payload: conversation });
  return conversation;
}
