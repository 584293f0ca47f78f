import type { Db } from '../lib/db.ts';

/** Takes away what was understood of conversations as leads, with its history, and their links with who opened them. */
export async function forgetLeads(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<Record<string, never>> {
  for (const table of ['extractions', 'link_clicks', 'tracked_links'] as const) {
    await tx.query(
      `delete from ${table} where user_id = $1 and conversation_id = any ($2::text[])`,
      [of.userId, of.conversationIds],
    );
  }
  return {};
}
