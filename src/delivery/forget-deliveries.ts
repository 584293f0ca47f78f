import { z } from 'zod';
import { type Db, oneRow } from '../lib/db.ts';

const Names = z.object({ messageIds: z.array(z.string()), providerIds: z.array(z.string()) });

/** What the messages of conversations are called, by us and by their providers. */
export type MessageNames = z.infer<typeof Names>;

/** Reads the names by which providers' statuses tell of these messages: for `forgetStatuses`, before they are gone. */
export function readMessageNames(
  tx: Db,
  of: { userId: string; conversationIds: string[] },
): Promise<MessageNames> {
  return oneRow(
    tx,
    Names,
    `select coalesce(array_agg(m.message_id), '{}') as "messageIds",
            coalesce(array_agg(m.platform_message_id)
                       filter (where m.platform_message_id is not null), '{}')
              || coalesce(array_agg(d.platform_message_id)
                       filter (where d.platform_message_id is not null), '{}') as "providerIds"
       from messages m
       left join message_delivery_status d on d.message_id = m.message_id
      where m.user_id = $1 and m.conversation_id = any ($2::text[])`,
    [of.userId, of.conversationIds],
  );
}

/** Takes away every status of messages. After the messages, so that a status that is being stored is seen. */
export async function forgetStatuses(
  tx: Db,
  userId: string,
  { messageIds, providerIds }: MessageNames,
): Promise<void> {
  await tx.query(
    'delete from delivery_events where user_id = $1 and message_id = any ($2::text[])',
    [userId, messageIds],
  );
  await tx.query(
    'delete from delivery_events where user_id = $1 and platform_message_id = any ($2::text[])',
    [userId, providerIds],
  );
}

/** Statuses of messages that nobody knows are of no use after a week, and their ids may tell of somebody. */
const keptDays = 7;
const perSweep = 10_000;

/** Removes old statuses whose message is not there: it never was, or its customer was erased. */
export async function deleteOrphanStatuses(sweeper: Pick<Db, 'query'>): Promise<void> {
  await sweeper.query(
    // By what the sweeper may read: the event's own id is not among it.
    `delete from delivery_events
      where message_id is null and received_at < now() - make_interval(days => $1)
        and (user_id, platform_message_id) in (
        select e.user_id, e.platform_message_id from delivery_events e
         where e.message_id is null and e.received_at < now() - make_interval(days => $1)
           and not exists (
             select from message_delivery_status d
              where d.user_id = e.user_id and d.platform_message_id = e.platform_message_id)
         order by e.received_at
         limit $2)`,
    [keptDays, perSweep],
  );
}
