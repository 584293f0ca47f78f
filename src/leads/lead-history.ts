import { z } from 'zod';
import type { ConversationRef } from '../conversations/conversation.ts';
import { type Db, maybeRow, rows } from '../lib/db.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { Extraction, extractionColumns, Lead, standingColumns } from './lead.ts';

/** Where a page of extractions ended: the time in microseconds since 1970, and the id. */
export const ExtractionKeys = z.tuple([z.number().int().min(0), z.string().max(50)]);

const ListedExtraction = Extraction.extend({ extractedUs: z.number() });

/** One lead as it stands. Throws NotFound, also for a conversation that nobody has read as a lead yet. */
export async function getLead(tx: Db, wanted: ConversationRef): Promise<Lead> {
  const lead = await maybeRow(
    tx,
    Lead,
    `select ${extractionColumns}, ${standingColumns}
       from extractions l
       join conversations c on c.conversation_id = l.conversation_id and c.user_id = $1
       join agents a on a.agent_id = l.agent_id and a.user_id = $1
      where l.user_id = $1 and l.conversation_id = $2 and l.is_latest`,
    [wanted.userId, wanted.conversationId],
  );
  if (lead === undefined) throw new NotFound('lead');
  return lead;
}

/** Every extraction of a lead, the newest first: what changed with each, and which model or person says so. */
export function listExtractions(
  tx: Db,
  wanted: ConversationRef & { limit: number; before: z.infer<typeof ExtractionKeys> | undefined },
): Promise<z.infer<typeof ListedExtraction>[]> {
  return rows(
    tx,
    ListedExtraction,
    `select ${extractionColumns}, (extract(epoch from l.extracted_at) * 1000000)::float8 as "extractedUs"
       from extractions l
      where l.user_id = $1 and l.conversation_id = $2
        and ($3::bigint is null or (l.extracted_at, l.extraction_id)
              < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4))
      order by l.extracted_at desc, l.extraction_id desc
      limit $5`,
    [
      wanted.userId,
      wanted.conversationId,
      wanted.before?.[0] ?? null,
      wanted.before?.[1] ?? null,
      wanted.limit,
    ],
  );
}

/** Says that a person has, or has not, looked at a lead. Throws NotFound. */
export async function markLead(
  tx: Db,
  wanted: ConversationRef & { isRead: boolean; now: Date },
): Promise<Lead> {
  await tx.query(
    `update extractions
        set is_read = $3, read_at = case when $3 then $4::timestamptz end
      where user_id = $1 and conversation_id = $2 and is_latest and is_read <> $3`,
    [wanted.userId, wanted.conversationId, wanted.isRead, wanted.now],
  );
  return await getLead(tx, wanted);
}
