import { z } from 'zod';
import { type Pool, rows } from '../../lib/db.ts';
import { asTenant } from '../../lib/tenant.ts';
import { forgetUploads } from '../forget-files.ts';

const UntakenRow = z.object({ userId: z.string(), attachmentId: z.string() });

/** A file that no message has taken by then is not wanted any more. */
const keptHours = 24;
const perSweep = 500;

/** Takes away the uploads that no message has taken within a day; their files go after them. */
export async function sweepUploads(deps: { app: Pool; sweeper: Pool }): Promise<void> {
  const untaken = await rows(
    deps.sweeper,
    UntakenRow,
    `select user_id as "userId", attachment_id as "attachmentId"
       from attachments
      where message_id is null and created_at < now() - make_interval(hours => $1)
      order by created_at
      limit $2`,
    [keptHours, perSweep],
  );
  for (const [userId, own] of Map.groupBy(untaken, (one) => one.userId)) {
    const attachmentIds = own.map(({ attachmentId }) => attachmentId);
    await asTenant(deps.app, userId, (tx) => forgetUploads(tx, { userId, attachmentIds }));
  }
}
