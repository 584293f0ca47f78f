import type { Db } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';

/** What can happen to a lead that a sales team may want to hear of. */
export type LeadEventKind =
  | 'tag'
  | 'change'
  | 'keyword'
  | 'booking'
  | 'handover'
  | 'failure'
  | 'click';

/** One thing that happened. The same `eventKey` of a conversation is one event, however often it is recorded. */
export type LeadEvent = {
  userId: string;
  conversationId: string;
  kind: LeadEventKind;
  eventKey: string;
  details: Record<string, unknown>;
  /** How long telling the team may wait for a fresh reading of the conversation, in milliseconds. */
  tellInMs: number;
};

/**
 * Records what happened in the transaction in which it happened; answers whether this was the first time.
 * After the commit enqueue 'leads.tell' for the conversation; the sweep finds an event whose hint was lost.
 */
export async function recordLeadEvent(tx: Db, newId: NewId, event: LeadEvent): Promise<boolean> {
  const recorded = await tx.query(
    `insert into lead_events (lead_event_id, user_id, conversation_id, kind, event_key, details, tell_at)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7 / 1000.0))
     on conflict (user_id, conversation_id, event_key) do nothing`,
    [
      newId('lev'),
      event.userId,
      event.conversationId,
      event.kind,
      event.eventKey,
      JSON.stringify(event.details),
      event.tellInMs,
    ],
  );
  return (recorded.rowCount ?? 0) > 0;
}
