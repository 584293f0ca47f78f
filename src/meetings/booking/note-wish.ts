import { createHash } from 'node:crypto';
import { asTenant } from '../../lib/tenant.ts';
import { recordLeadEvent } from '../../notifications/lead-events.ts';
import type { Booker, BookingDeps } from './booking-deps.ts';

/** Telling the team may wait so long for a fresh reading of the conversation. */
const tellInMs = 20_000;

/** Takes down what a customer wishes while no calendar can be read, and tells the sales team: the same wish once. */
export async function noteWish(
  deps: Pick<BookingDeps, 'app' | 'newId'>,
  asked: Booker & { wish: string },
): Promise<void> {
  const digest = createHash('sha256').update(asked.wish).digest('hex').slice(0, 32);
  await asTenant(deps.app, asked.userId, async (tx) => {
    await recordLeadEvent(tx, deps.newId, {
      userId: asked.userId,
      conversationId: asked.conversationId,
      kind: 'booking',
      eventKey: `wish:${digest}`,
      details: { what: 'wish', wish: asked.wish.slice(0, 500) },
      tellInMs,
    });
    await tx.query(
      `update conversations set extraction_due_at = now(), extraction_is_urgent = true
        where user_id = $1 and conversation_id = $2`,
      [asked.userId, asked.conversationId],
    );
  });
}
