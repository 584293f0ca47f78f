import { z } from 'zod';
import { type Db, maybeRow, oneRow, type Pool } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { resolveNotices } from '../notifications/notices.ts';
import { TooManyCredits, TopUpKeyReused } from './credit-errors.ts';

/** A conversation that is owed a reply again. */
export type OwedConversation = { userId: string; conversationId: string };

export type TopUpDeps = {
  app: Pool;
  newId: NewId;
  /** Gives back to the AI what people got for want of credits; joins the top-up's transaction. */
  creditsAdded: (tx: Db, userId: string) => Promise<OwedConversation[]>;
};

export type TopUp = { userId: string; credits: number; description: string | null; key: string };

/** The largest balance that the column holds. */
const maxBalance = 2_147_483_647;

/**
 * Adds credits once for each key, however often it comes and however many come at once: the same key
 * again is answered as the first time. Throws TopUpKeyReused when the key came with another top-up.
 * The user must exist.
 */
export async function topUp(
  deps: TopUpDeps,
  given: TopUp,
): Promise<{ balance: number; owed: OwedConversation[]; isNew: boolean }> {
  return await asTenant(deps.app, given.userId, async (tx) => {
    // The row of the balance is locked first, here and where replies are charged: nobody waits in a circle.
    const balance = await lockBalance(tx, given.userId);
    const before = await findTopUp(tx, given);
    if (before !== undefined) return { balance: sameAnswer(before, given), owed: [], isNew: false };
    const newBalance = balance + given.credits;
    if (newBalance > maxBalance) throw new TooManyCredits('The balance would become too large.');
    await addCredits(tx, { ...given, id: deps.newId('crt'), newBalance });
    // Conversations before notices, as where a turn hands over: or the two could wait for each other.
    const owed = await deps.creditsAdded(tx, given.userId);
    await resolveNotices(tx, { userId: given.userId, kind: 'out_of_credits' });
    return { balance: newBalance, owed, isNew: true };
  });
}

async function lockBalance(tx: Db, userId: string): Promise<number> {
  await tx.query('insert into credits (user_id) values ($1) on conflict (user_id) do nothing', [
    userId,
  ]);
  const { balance } = await oneRow(
    tx,
    z.object({ balance: z.number() }),
    'select remaining_credits as balance from credits where user_id = $1 for update',
    [userId],
  );
  return balance;
}

const EarlierTopUp = z.object({
  credits: z.number(),
  description: z.string().nullable(),
  balanceAfter: z.number().nullable(),
});

function findTopUp(tx: Db, given: TopUp): Promise<z.infer<typeof EarlierTopUp> | undefined> {
  return maybeRow(
    tx,
    EarlierTopUp,
    `select credits, description, balance_after as "balanceAfter"
       from credit_transactions where user_id = $1 and reason = $2`,
    [given.userId, reasonOf(given)],
  );
}

function sameAnswer(before: z.infer<typeof EarlierTopUp>, given: TopUp): number {
  const isSame = before.credits === given.credits && before.description === given.description;
  if (isSame && before.balanceAfter !== null) return before.balanceAfter;
  throw new TopUpKeyReused('This Idempotency-Key was used for another top-up.');
}

async function addCredits(
  tx: Db,
  given: TopUp & { id: string; newBalance: number },
): Promise<void> {
  await tx.query(
    `insert into credit_transactions
       (credit_transaction_id, user_id, credits, kind, reason, description, balance_after)
     values ($1, $2, $3, 'top_up', $4, $5, $6)`,
    [given.id, given.userId, given.credits, reasonOf(given), given.description, given.newBalance],
  );
  await tx.query(
    'update credits set remaining_credits = $2, last_updated = now() where user_id = $1',
    [given.userId, given.newBalance],
  );
}

function reasonOf({ key }: TopUp): string {
  return `top-up:${key}`;
}
