import { z } from 'zod';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';

/** What a tenant has left and has used. */
export const Credits = z.object({ balance: z.number().int(), totalUsed: z.number().int() });
export type Credits = z.infer<typeof Credits>;

/** One entry of the ledger; negative when credits were used. The balance is the sum of all. */
export const CreditTransaction = z.object({
  creditTransactionId: z.string(),
  credits: z.number().int(),
  kind: z.enum(['top_up', 'reply']),
  reason: z.string(),
  description: z.string().nullable(),
  conversationId: z.string().nullable(),
  messageId: z.string().nullable(),
  createdAt: Timestamp,
});
export type CreditTransaction = z.infer<typeof CreditTransaction>;

/** Nothing left and nothing used when there was never a top-up. */
export async function getCredits(tx: Db, userId: string): Promise<Credits> {
  const credits = await maybeRow(
    tx,
    Credits,
    `select remaining_credits as balance, total_used as "totalUsed"
       from credits where user_id = $1`,
    [userId],
  );
  return credits ?? { balance: 0, totalUsed: 0 };
}

/** Newest first. */
export function listCreditTransactions(
  tx: Db,
  userId: string,
  page: { limit: number; before?: string | undefined },
): Promise<CreditTransaction[]> {
  return rows(
    tx,
    CreditTransaction,
    `select credit_transaction_id as "creditTransactionId", credits, kind, reason, description,
            conversation_id as "conversationId", message_id as "messageId",
            created_at as "createdAt"
       from credit_transactions
      where user_id = $1 and ($2::text is null or credit_transaction_id < $2)
      order by credit_transaction_id desc
      limit $3`,
    [userId, page.before ?? null, page.limit],
  );
}
