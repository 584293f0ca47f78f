import { z } from 'zod';
import { type Db, maybeRow } from '../../lib/db.ts';

export const ConnectionStatus = z.enum(['connected', 'needs_attention']);

const Connection = z.object({
  status: ConnectionStatus,
  /** Read for when people are busy. */
  checkCalendarIds: z.array(z.string()),
  /** Meetings are written to this one. */
  writeCalendarId: z.string(),
  accountEmail: z.string().nullable(),
  attentionReason: z.string().nullable(),
  connectedAt: z.date(),
});

/** A tenant's calendar, without its tokens. */
export type Connection = z.infer<typeof Connection>;

/** The tenant's calendar; undefined where none was connected. */
export function readConnection(tx: Db, userId: string): Promise<Connection | undefined> {
  return maybeRow(
    tx,
    Connection,
    `select status, check_calendar_ids as "checkCalendarIds",
            write_calendar_id as "writeCalendarId", account_email as "accountEmail",
            attention_reason as "attentionReason", connected_at as "connectedAt"
       from google_calendar_tokens
      where user_id = $1`,
    [userId],
  );
}
