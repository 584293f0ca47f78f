import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import type { Position } from './position.ts';

/** A tenant's events are read from here on. */
export type Reader = { userId: string; after: Position };

/** A stored event; `payload` is JSON on one line. */
export type StoredEvent = { userId: string; position: Position; kind: string; payload: string };

export type EventPage = {
  events: StoredEvent[];
  /** Behind every event that any reader can have been given: nothing will ever be committed before it. */
  horizon: Position;
  /** Events are there which wait for an older transaction to end. */
  isWithholding: boolean;
};

const Event = z.object({
  userId: z.string(),
  xid: z.string(),
  eventId: z.string(),
  kind: z.string(),
  payload: z.string(),
});
const Horizon = z.object({ userId: z.null(), xid: z.string(), isWithholding: z.boolean() });
const Rows = z.array(z.union([Event, Horizon]));

/**
 * The next events of all these tenants, in order, at most `limit` for each, in one statement. It stops
 * before the oldest transaction that still runs: whatever that one wrote has a smaller number than what
 * others have committed since, and would be jumped over for good.
 */
export async function readEvents(pool: Pool, readers: Reader[], limit: number): Promise<EventPage> {
  const found = await queryAsTenants(
    pool,
    readers.map(({ userId }) => userId),
    {
      name: 'realtime.read_events',
      text: readEventsSql,
      values: [
        readers.map(({ userId }) => userId),
        readers.map(({ after }) => String(after.xid)),
        readers.map(({ after }) => String(after.eventId)),
        limit,
      ],
    },
    'lazy',
  );
  return toPage(Rows.parse(found));
}

const readEventsSql = `
  with snapshot as materialized (
    select pg_snapshot_xmin(pg_current_snapshot()) as horizon
  ), reader as materialized (
    select r.user_id, r.xid, r.event_id
      from unnest($1::text[], $2::xid8[], $3::bigint[]) as r (user_id, xid, event_id)
  )
  select found.user_id as "userId", found.xid::text as xid, found.event_id::text as "eventId",
         found.kind, found.payload::text as payload, null::boolean as "isWithholding"
    from reader
   cross join lateral (
     select e.user_id, e.xid, e.event_id, e.kind, e.payload
       from realtime_events e
      where e.user_id = reader.user_id
        and (e.xid, e.event_id) > (reader.xid, reader.event_id)
        and e.xid < (select horizon from snapshot)
      order by e.xid, e.event_id
      limit $4
   ) found
   union all
  select null, snapshot.horizon::text, null, null, null, exists (
           select
             from reader
            cross join lateral (
              select
                from realtime_events e
               where e.user_id = reader.user_id
                 and e.xid >= (select horizon from snapshot)
               limit 1
            ) withheld
         )
    from snapshot`;

function toPage(found: z.infer<typeof Rows>): EventPage {
  const events: StoredEvent[] = [];
  let horizon: Position | undefined;
  let isWithholding = false;
  for (const row of found) {
    if (row.userId === null) {
      horizon = { xid: BigInt(row.xid), eventId: 0n };
      isWithholding = row.isWithholding;
      continue;
    }
    const position = { xid: BigInt(row.xid), eventId: BigInt(row.eventId) };
    events.push({ userId: row.userId, position, kind: row.kind, payload: row.payload });
  }
  if (horizon === undefined) throw new Error('the statement answered no horizon');
  return { events, horizon, isWithholding };
}
