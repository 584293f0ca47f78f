import { z } from 'zod';
import { type Db, oneRow } from '../../lib/db.ts';
import type { LeadFacts } from '../complete-lead.ts';
import { clickedPurposes } from '../links/tracked-links.ts';
import type { LeadRef } from '../store-lead.ts';

/** What the customer of a lead has done, read from what was recorded when it happened. */
export async function readFactsOfLead(tx: Db, ref: LeadRef): Promise<LeadFacts> {
  const clicked = await clickedPurposes(tx, ref);
  const { escalated } = await oneRow(
    tx,
    z.object({ escalated: z.boolean() }),
    `select exists (
       select from lead_events
        where user_id = $1 and conversation_id = $2 and kind in ('handover', 'failure')
          and details ? 'handedOver') as escalated`,
    [ref.userId, ref.conversationId],
  );
  return {
    pricing: clicked.has('pricing'),
    demo: clicked.has('demo'),
    followup: clicked.has('followup'),
    sample: clicked.has('sample'),
    website: clicked.has('website'),
    escalated,
  };
}
