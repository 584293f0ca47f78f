import { z } from 'zod';
import type { ConversationRef } from '../conversations/conversation.ts';
import { type Db, rows } from '../lib/db.ts';
import { TimelineItem as Item, type TimelineItem, timelinePieces } from './timeline-pieces.ts';

/** From the first thing to the last, or the other way round. */
export const timelineOrders = ['oldest', 'newest'] as const;
export type TimelineOrder = (typeof timelineOrders)[number];

/** Where a page ended: its time in microseconds since 1970, its place within it, and its id. */
export const TimelineKeys = z.tuple([
  z.number().int().min(0),
  z.number().int().min(0),
  z.string().max(100),
]);
export type TimelineKeys = z.infer<typeof TimelineKeys>;

const Placed = z.object({
  kind: z.string(),
  id: z.string(),
  at: z.date(),
  atUs: z.number(),
  position: z.number(),
  details: z.record(z.string(), z.unknown()),
});

/** One thing that happened, with the keys that a page which ends with it goes on from. */
export type PlacedItem = { item: TimelineItem; keys: TimelineKeys };

/**
 * A page of all that happened with a lead, in one order. Messages stand in the order of their numbers whatever
 * their clocks said: each at the latest time of those up to it. What else happened stands by its time.
 */
export async function readTimeline(
  tx: Db,
  wanted: ConversationRef & {
    order: TimelineOrder;
    limit: number;
    after: TimelineKeys | undefined;
  },
): Promise<PlacedItem[]> {
  const found = await rows(tx, Placed, wanted.order === 'oldest' ? oldestFirst : newestFirst, [
    wanted.userId,
    wanted.conversationId,
    wanted.after?.[0] ?? null,
    wanted.after?.[1] ?? null,
    wanted.after?.[2] ?? null,
    wanted.limit,
  ]);
  return found.map(({ kind, id, at, atUs, position, details }) => ({
    item: Item.parse({ ...details, kind, id, at }),
    keys: [atUs, position, id],
  }));
}

const oldestFirst = timelineSql('asc', '>');
const newestFirst = timelineSql('desc', '<');

/** All places of the conversation are few and come from indexes alone; only those of the page are read whole. */
function timelineSql(direction: 'asc' | 'desc', isBeyond: '>' | '<'): string {
  const places = timelinePieces.map(
    ({ kind, places: of }) =>
      `select '${kind}' as kind, id, position, at from (${of}) ${kind}_places`,
  );
  const details = timelinePieces.map(({ kind, details: of }) => `when '${kind}' then (${of})`);
  const order = `at ${direction}, position ${direction}, id ${direction}`;
  return `
    with p as materialized (
      select kind, id, position, at
        from (${places.join('\n union all ')}) every
       where $3::bigint is null
          or (at, position, id) ${isBeyond} (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::bigint, $5::text)
       order by ${order}
       limit $6
    )
    select p.kind, p.id, p.at, p.position::float8 as position,
           (extract(epoch from p.at) * 1000000)::float8 as "atUs",
           case p.kind ${details.join('\n ')} end as details
      from p
     order by ${order}`;
}
