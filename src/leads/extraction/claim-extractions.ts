import { z } from 'zod';
import type { Pool } from '../../lib/db.ts';
import { queryAsTenants } from '../../lib/tenant.ts';
import type { LeadRef } from '../store-lead.ts';

const ClaimRow = z.object({
  userId: z.string(),
  conversationId: z.string(),
  leaseId: z.string(),
  /** Whether there was a strong signal; one that comes from now on is another. */
  wasUrgent: z.boolean(),
});

/** A conversation that is ours to read; the lease ends by itself if its process dies. */
export type ClaimedExtraction = z.infer<typeof ClaimRow>;

/** A customer who never pauses is read all the same, after so many times the idle period. */
const longestWait = 10;

/**
 * Takes conversations that are due to be read as leads, for `leaseMs`: one reader each. One that is not urgent
 * and in which something was said within `idleMs` is put off until it rests. What cannot be taken is missing.
 */
export async function claimExtractions(
  app: Pool,
  wanted: (LeadRef & { leaseId: string })[],
  times: { idleMs: number; leaseMs: number },
): Promise<ClaimedExtraction[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_extractions',
      text: `
        with wanted as materialized (
          select distinct on (conversation_id) *
            from jsonb_to_recordset($1::jsonb)
              as x (user_id text, conversation_id text, lease_id text)
        ), due as materialized (
          select c.conversation_id, c.user_id, w.lease_id, c.extraction_is_urgent as was_urgent,
                 c.extraction_is_urgent
                   or c.last_message_at <= now() - make_interval(secs => $2 / 1000.0)
                   or coalesce(f."timestamp" <= now() - $4 * make_interval(secs => $2 / 1000.0), true) as is_ready
            from wanted w
            join conversations c on c.conversation_id = w.conversation_id and c.user_id = w.user_id
            left join messages f
              on f.conversation_id = c.conversation_id and f.sequence_no = c.extracted_through + 1
           where c.extraction_due_at + interval '0' <= now()
             and (c.extraction_lease_until is null or c.extraction_lease_until < now())
           order by c.conversation_id
             for update of c
        ), put_off as (
          update conversations c
             set extraction_due_at = c.last_message_at + make_interval(secs => $2 / 1000.0)
            from due d
           where c.conversation_id = d.conversation_id and c.user_id = d.user_id and not d.is_ready
        )
        update conversations c
           set extraction_lease_id = d.lease_id,
               extraction_lease_until = now() + make_interval(secs => $3 / 1000.0),
               extraction_is_urgent = false,
               extraction_attempts = c.extraction_attempts + 1
          from due d
         where c.conversation_id = d.conversation_id and c.user_id = d.user_id and d.is_ready
        returning c.user_id as "userId", c.conversation_id as "conversationId",
                  c.extraction_lease_id as "leaseId", d.was_urgent as "wasUrgent"`,
      values: [
        JSON.stringify(
          wanted.map(({ userId, conversationId, leaseId }) => ({
            user_id: userId,
            conversation_id: conversationId,
            lease_id: leaseId,
          })),
        ),
        times.idleMs,
        times.leaseMs,
        longestWait,
      ],
    },
    'lazy',
  );
  return rows.map((row) => ClaimRow.parse(row));
}

/** Holds on to readings under way for another `leaseMs`; a lease that another reader has meanwhile is not touched. */
export async function renewExtractions(
  app: Pool,
  claimed: ClaimedExtraction[],
  leaseMs: number,
): Promise<void> {
  await queryAsTenants(
    app,
    claimed.map(({ userId }) => userId),
    {
      name: 'renew_extractions',
      text: `
        with held as materialized (
          select c.user_id, c.conversation_id
            from unnest($1::text[], $2::text[], $3::text[]) as h (user_id, conversation_id, lease_id)
            join conversations c
              on c.user_id = h.user_id and c.conversation_id = h.conversation_id
             and c.extraction_lease_id = h.lease_id
           order by c.conversation_id
             for no key update of c
        )
        update conversations c
           set extraction_lease_until = now() + make_interval(secs => $4 / 1000.0)
          from held h
         where c.user_id = h.user_id and c.conversation_id = h.conversation_id`,
      values: [
        claimed.map(({ userId }) => userId),
        claimed.map(({ conversationId }) => conversationId),
        claimed.map(({ leaseId }) => leaseId),
        leaseMs,
      ],
    },
    'lazy',
  );
}
