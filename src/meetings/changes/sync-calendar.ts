import { z } from 'zod';
import { type Db, type Pool, rows } from '../../lib/db.ts';
import { errorText, PermanentError } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { Calendar, CalendarAccess, CalendarEvent, ChangesPage } from '../calendar.ts';
import { CalendarNeedsAttention, NoCalendarConnected } from '../calendar-errors.ts';
import { lockSlots } from '../lock-slots.ts';
import { nextLookMs } from './after-look.ts';
import { type Applied, type ApplyDeps, applyEvents } from './apply-events.ts';
import {
  type CalendarRef,
  type ClaimedSync,
  claimSync,
  keepSyncLease,
  SyncLeaseLost,
} from './claim-sync.ts';
import { findDragged, followDragged } from './follow-dragged.ts';
import { lookAfterWatch, type WatchDeps } from './look-after-watch.ts';
import { recordLook } from './record-look.ts';

/** Works with a tenant's calendar with a token that is good; may run the work twice. */
export type WithAccess = <T>(
  userId: string,
  work: (access: CalendarAccess) => Promise<T>,
) => Promise<T>;

export type SyncDeps = ApplyDeps &
  WatchDeps & {
    app: Pool;
    newId: NewId;
    calendar: Calendar;
    withAccess: WithAccess;
    random: () => number;
    publishLook: () => void;
    log: Log;
  };

const dayMs = 24 * 3_600_000;
/** What could not be applied because we owe the calendar a change ourselves is read again, from the same place. */
const owedAgainMs = 60_000;

type Read = { syncToken: string | null; mustLookAgain: boolean; changed: number };

/**
 * Reads what changed in a calendar, if it is due and nobody else does, and applies it to its meetings. Where it was read
 * to is stored when all of it is applied: whoever dies on the way only reads again. Answers whether it is due again.
 */
export async function syncCalendar(deps: SyncDeps, ref: CalendarRef): Promise<{ isDue: boolean }> {
  const claimed = await claimSync(deps, ref);
  if (claimed === undefined) return { isDue: false };
  try {
    const hasChannel = await lookAfterWatch(deps, claimed);
    const read = await readChanges(deps, claimed);
    const period = nextLookMs({ end: 'read', hasChannel, attempts: 0 }, deps.random);
    return await recordLook(deps, {
      claimed,
      syncToken: read.mustLookAgain ? claimed.syncToken : read.syncToken,
      hasRead: true,
      attempts: 0,
      lookInMs: read.mustLookAgain ? Math.min(owedAgainMs, period) : period,
    });
  } catch (error) {
    if (error instanceof SyncLeaseLost) return { isDue: false };
    await recordFailure(deps, claimed, error);
    return { isDue: false };
  }
}

async function recordFailure(deps: SyncDeps, claimed: ClaimedSync, error: unknown): Promise<void> {
  const { userId, calendarId } = claimed;
  const isParked = error instanceof CalendarNeedsAttention || error instanceof NoCalendarConnected;
  const attempts = claimed.attempts + 1;
  const end = isParked ? 'parked' : 'failed';
  deps.log.warn('a calendar could not be read', {
    userId,
    calendarId,
    attempts,
    error: errorText(error),
  });
  await recordLook(deps, {
    claimed,
    // What is refused may be refused for its token.
    syncToken: error instanceof PermanentError && !isParked ? null : claimed.syncToken,
    hasRead: false,
    attempts,
    lookInMs: nextLookMs({ end, hasChannel: false, attempts }, deps.random),
  });
}

async function readChanges(deps: SyncDeps, claimed: ClaimedSync): Promise<Read> {
  if (claimed.syncToken !== null) {
    const read = await readPages(deps, claimed, claimed.syncToken);
    if (read !== 'token_expired') return read;
  }
  const startedAt = deps.now();
  const read = await readPages(deps, claimed, null);
  if (read === 'token_expired')
    throw new Error('a calendar let a token expire that it was not given');
  const missing = await findUnseen(deps, claimed, read.eventIds, startedAt);
  const found = await Promise.all(missing.map((eventId) => readOne(deps, claimed, eventId)));
  const applied = await apply(deps, claimed, found);
  return {
    syncToken: read.syncToken,
    changed: read.changed + applied.changed,
    mustLookAgain: read.mustLookAgain || applied.mustLookAgain,
  };
}

/** Reads all pages, and applies each in a transaction of its own. */
async function readPages(
  deps: SyncDeps,
  claimed: ClaimedSync,
  syncToken: string | null,
): Promise<(Read & { eventIds: string[] }) | 'token_expired'> {
  const { userId, calendarId } = claimed;
  const since = new Date(deps.now().getTime() - dayMs);
  const read = { syncToken, mustLookAgain: false, changed: 0, eventIds: [] as string[] };
  let pageToken: string | null = null;
  do {
    const page = await readPage(deps, userId, { calendarId, syncToken, pageToken, since });
    if (page.changes === 'token_expired') return 'token_expired';
    const applied = await apply(deps, claimed, page.events);
    read.eventIds.push(...applied.eventIds);
    read.changed += applied.changed;
    read.mustLookAgain ||= applied.mustLookAgain;
    read.syncToken = page.nextSyncToken;
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return read;
}

function readPage(
  { withAccess, calendar }: SyncDeps,
  userId: string,
  asked: Parameters<Calendar['changes']>[1],
): Promise<ChangesPage> {
  return withAccess(userId, (access) => calendar.changes(access, asked));
}

async function apply(
  deps: SyncDeps,
  claimed: ClaimedSync,
  events: CalendarEvent[],
): Promise<Applied> {
  const { userId } = claimed;
  const dragged = await findDragged(deps, claimed, events);
  const applied = await asTenant(deps.app, userId, async (tx) => {
    await keepSyncLease(tx, claimed);
    await lockSlots(tx, userId);
    await followDragged(tx, claimed, dragged);
    let all = await applyEvents(tx, deps, claimed, events);
    for (const { calendarId, event } of dragged) {
      all = together(all, await applyEvents(tx, deps, { userId, calendarId }, [event]));
    }
    return all;
  });
  if (applied.changed > 0) deps.publishLook();
  return applied;
}

function together(one: Applied, other: Applied): Applied {
  return {
    eventIds: [...one.eventIds, ...other.eventIds],
    changed: one.changed + other.changed,
    mustLookAgain: one.mustLookAgain || other.mustLookAgain,
  };
}

const EventId = z.object({ eventId: z.string() });

/** Meetings whose event a whole calendar did not show: it may have been deleted so long ago that nothing is left. */
function findUnseen(
  deps: SyncDeps,
  { userId, calendarId }: ClaimedSync,
  seen: string[],
  startedAt: Date,
): Promise<string[]> {
  return asTenant(deps.app, userId, async (tx: Db) => {
    const unseen = await rows(
      tx,
      EventId,
      `select google_event_id as "eventId"
         from meetings
        where user_id = $1 and google_calendar_id = $2 and status in ('pending', 'scheduled')
          and google_event_id is not null and google_version > 0
          and meeting_time > $4 and updated_at < $4 and not google_event_id = any($3)`,
      [userId, calendarId, seen, startedAt],
    );
    return unseen.map(({ eventId }) => eventId);
  });
}

async function readOne(
  { withAccess, calendar, now }: SyncDeps,
  { userId, calendarId }: ClaimedSync,
  eventId: string,
): Promise<CalendarEvent> {
  const found = await withAccess(userId, (access) =>
    calendar.read(access, { calendarId, eventId }),
  );
  if (found !== 'gone') return found;
  return {
    eventId,
    meetingId: null,
    isCancelled: true,
    isOrganizedHere: false,
    start: null,
    end: null,
    meet: { state: 'none' },
    attendees: [],
    updatedAt: now(),
  };
}
