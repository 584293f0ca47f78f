import { z } from 'zod';
import { type Db, oneRow } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { type LeadEventKind, recordLeadEvent } from '../../notifications/lead-events.ts';
import { writeEvent } from '../../realtime/event-kinds.ts';
import { isNews, type LeadRef, type StoredLead } from '../store-lead.ts';

/** A row that was just stored, and what the customer has said since the one before. */
export type LeadNews = LeadRef & StoredLead & { extractionId: string; newTexts: string[] };

const keptTexts = 20;
const keptCharacters = 1_000;

/**
 * Records, with the row that causes them, the events that people may have to be told of, and tells browsers. What
 * waited for this reading, such as a handover, may be told now.
 */
export async function recordEvents(tx: Db, newId: NewId, news: LeadNews): Promise<void> {
  const { lead, before, changes } = news;
  const asked = await askedFor(tx, news.userId);
  const record = (kind: LeadEventKind, details: Record<string, unknown>) =>
    recordLeadEvent(tx, newId, {
      userId: news.userId,
      conversationId: news.conversationId,
      kind,
      eventKey: `${kind}:${news.extractionId}`,
      details,
      tellInMs: 0,
    });
  const from = before?.leadStatusTag ?? null;
  if (from !== lead.leadStatusTag) {
    await record('tag', { from, to: lead.leadStatusTag, total: lead.totalScore });
  }
  if (asked.change && before !== null && isNews(changes)) await record('change', { changes });
  if (asked.keyword && news.newTexts.length > 0) {
    const texts = news.newTexts.slice(-keptTexts).map((text) => text.slice(0, keptCharacters));
    await record('keyword', { texts: texts.map((text) => text.toWellFormed()) });
  }
  await tx.query(
    `update lead_events set tell_at = now()
      where user_id = $1 and conversation_id = $2 and tell_at > now()`,
    [news.userId, news.conversationId],
  );
  await writeEvent(tx, news.userId, {
    kind: 'lead',
    payload: {
      conversationId: news.conversationId,
      name: lead.name,
      company: lead.company,
      intent: lead.intent,
      totalScore: lead.totalScore,
      scorePercent: lead.scorePercent,
      leadStatusTag: lead.leadStatusTag,
    },
  });
}

/** Whether anybody of the tenant wants to hear of changes or words: what nobody asked for is not kept. */
function askedFor(tx: Db, userId: string): Promise<{ change: boolean; keyword: boolean }> {
  return oneRow(
    tx,
    z.object({ change: z.boolean(), keyword: z.boolean() }),
    `select coalesce(bool_or(rules @> '[{"on": "change"}]'), false) as change,
            coalesce(bool_or(rules @> '[{"on": "keyword"}]'), false) as keyword
       from notification_targets
      where user_id = $1 and is_active`,
    [userId],
  );
}
