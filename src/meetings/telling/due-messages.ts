import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { type MeetingRef, MeetingRow, meetingColumns } from '../meeting.ts';
import { meetingMessageKinds } from './owe-messages.ts';

const DueRow = z.object({
  kind: z.enum(meetingMessageKinds),
  key: z.string(),
  aboutTime: z.date(),
  /** A reminder that is nearer to the meeting is due too. */
  isOutdone: z.boolean(),
});

/** A word that a customer is owed now, with the meeting as it is now. */
export type DueMessage = z.infer<typeof DueRow> & { meeting: MeetingRow };

/**
 * Locks a meeting and the next word that its customer is owed, until the transaction ends: the lock is the lease, and
 * ends with its process. The meeting first, as whoever changes it does. Undefined when nothing is due or others have it.
 */
export async function lockDueMessage(tx: Db, ref: MeetingRef): Promise<DueMessage | undefined> {
  const meeting = await maybeRow(
    tx,
    MeetingRow,
    `select ${meetingColumns} from meetings m
      where m.user_id = $1 and m.meeting_id = $2
        for share`,
    [ref.userId, ref.meetingId],
  );
  if (meeting === undefined) return undefined;
  const due = await maybeRow(
    tx,
    DueRow,
    `select d.kind, d.key, d.about_time as "aboutTime",
            d.kind = 'reminder' and exists (
              select from meeting_messages l
               where l.user_id = d.user_id and l.meeting_id = d.meeting_id
                 and l.kind = 'reminder' and l.about_time = d.about_time
                 and l.due_at > d.due_at and l.due_at <= now()) as "isOutdone"
       from meeting_messages d
      where d.user_id = $1 and d.meeting_id = $2 and d.due_at <= now()
        and (d.lease_until is null or d.lease_until < now())
      order by d.due_at, d.key
      limit 1
        for update of d skip locked`,
    [ref.userId, ref.meetingId],
  );
  return due === undefined ? undefined : { ...due, meeting };
}

/** Ends what was owed: `outcome` says how, `messageId` what was said. */
export async function settleMessage(
  tx: Db,
  { meeting, kind, key }: DueMessage,
  settled: { outcome: string; messageId: string | null },
): Promise<void> {
  await tx.query(
    `update meeting_messages
        set due_at = null, lease_until = null, settled_at = now(), outcome = $5, message_id = $6
      where user_id = $1 and meeting_id = $2 and kind = $3 and key = $4`,
    [meeting.userId, meeting.meetingId, kind, key, settled.outcome, settled.messageId],
  );
}

/** What failed is tried again later, and later each time: after five seconds at first, ten minutes at most. */
export async function putOffMessages(app: Pool, ref: MeetingRef): Promise<void> {
  await asTenant(app, ref.userId, (tx) =>
    tx.query(
      `update meeting_messages
          set attempts = attempts + 1,
              lease_until = now() + make_interval(secs => least(600, 5 * power(2, least(attempts, 10))))
        where user_id = $1 and meeting_id = $2 and due_at <= now()`,
      [ref.userId, ref.meetingId],
    ),
  );
}
