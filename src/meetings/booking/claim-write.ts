import { z } from 'zod';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { type MeetingRef, MeetingRow, meetingColumns } from '../meeting.ts';

const ClaimedWrite = MeetingRow.extend({ attempts: z.number(), businessTimezone: z.string() });

/** A meeting whose event this process alone looks after, for as long as the lease lasts. */
export type ClaimedWrite = z.infer<typeof ClaimedWrite>;

/** Longer than the calls to the calendar of one look take, a renewed token among them. */
const leaseMs = 60_000;

/** A meeting to look after; `isEarly`: what is due soon is due now. */
export type WriteRef = MeetingRef & { isEarly?: boolean };

/** Takes the lease on what Google is owed of a meeting, if it is due and nobody else has it. */
export function claimWrite(
  app: Pool,
  ref: WriteRef & { leaseId: string },
): Promise<ClaimedWrite | undefined> {
  return asTenant(app, ref.userId, (tx) =>
    maybeRow(
      tx,
      ClaimedWrite,
      `with claimed as (
         update meetings
            set google_lease_id = $3, google_attempts = google_attempts + 1,
                google_lease_until = now() + make_interval(secs => $4 / 1000.0)
          where user_id = $1 and meeting_id = $2 and (google_due_at <= now() or ($5 and google_due_at is not null))
            and (google_lease_until is null or google_lease_until < now())
          returning *
       )
       select ${meetingColumns}, m.google_attempts as attempts,
              coalesce(b.business_timezone, 'UTC') as "businessTimezone"
         from claimed m
         left join business_profiles b on b.user_id = m.user_id and b.agent_id = m.agent_id`,
      [ref.userId, ref.meetingId, ref.leaseId, leaseMs, ref.isEarly === true],
    ),
  );
}

/** Locks a meeting whose lease still stands; undefined when another process has it by now. */
export function lockClaimed(
  tx: Db,
  claimed: ClaimedWrite,
  leaseId: string,
): Promise<MeetingRow | undefined> {
  return maybeRow(
    tx,
    MeetingRow,
    `select ${meetingColumns}
       from meetings m
      where m.user_id = $1 and m.meeting_id = $2 and m.google_lease_id = $3
        for update`,
    [claimed.userId, claimed.meetingId, leaseId],
  );
}
