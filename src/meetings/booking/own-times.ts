import { z } from 'zod';
import type { Interval } from '../../availability/intervals.ts';
import { type Db, rows } from '../../lib/db.ts';

const OwnTime = z.object({
  personId: z.string(),
  meetingId: z.string(),
  isHeld: z.boolean(),
  isOwnHold: z.boolean(),
  start: z.date(),
  end: z.date(),
  bookedAt: z.date().nullable(),
});

/** A time of a person's that is taken: by a meeting, or held for somebody who decides. */
export type OwnTime = z.infer<typeof OwnTime>;

/**
 * The times of a tenant's people that are taken, from a day before `within` to a day after it, whose limits count whole
 * days. Holds of the conversation itself are told apart: it is about to be offered something else.
 */
export function readOwnTimes(
  tx: Db,
  asked: { userId: string; conversationId: string; within: Interval; now: Date },
): Promise<OwnTime[]> {
  return rows(
    tx,
    OwnTime,
    `select person_id as "personId", meeting_id as "meetingId", status = 'held' as "isHeld",
            status = 'held' and conversation_id = $2 as "isOwnHold",
            meeting_time as start, blocked_until as "end", booked_at as "bookedAt"
       from meetings
      where user_id = $1
        and (status in ('pending', 'scheduled') or (status = 'held' and held_until > $5))
        and meeting_time < $4::timestamptz + interval '1 day'
        and blocked_until > $3::timestamptz - interval '1 day'`,
    [asked.userId, asked.conversationId, asked.within.start, asked.within.end, asked.now],
  );
}

const LastBooked = z.object({
  personId: z.string(),
  count: z.number(),
  lastAt: z.date().nullable(),
});

/** How often each person was booked in the last 30 days, and when last: who is next is the one for whom it is longest ago. */
export type LastBooked = z.infer<typeof LastBooked>;

/** Reads how bookings were shared out so far. */
export function readLastBooked(tx: Db, userId: string, now: Date): Promise<LastBooked[]> {
  return rows(
    tx,
    LastBooked,
    `select person_id as "personId", count(*)::integer as count, max(booked_at) as "lastAt"
       from meetings
      where user_id = $1 and status in ('pending', 'scheduled', 'completed', 'missed')
        and booked_at > $2::timestamptz - interval '30 days'
      group by person_id`,
    [userId, now],
  );
}
