import { z } from 'zod';
import { type HintDeps, hintMeeting } from '../jobs/hint.ts';
import type { Now } from '../lib/clock.ts';
import { type Db, type Pool, retryDeadlocks } from '../lib/db.ts';
import { Id, Moment, Name, Text } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { cancelByBusiness, describeMeeting, moveByBusiness } from './change-by-business.ts';
import { getMeeting, listMeetings, MeetingKeys } from './list-meetings.ts';
import { MeetingStatus } from './meeting.ts';
import { Meeting } from './present-meeting.ts';

export type MeetingRouteDeps = HintDeps & {
  app: Pool;
  newId: NewId;
  now: Now;
  publishLook: () => void;
};

const tag = 'Meetings';
const path = '/meetings/:meetingId';
const params = z.object({ meetingId: Id });
const notFound = { status: 404, code: 'meeting.not_found', when: 'there is no such meeting' };
const notScheduled = {
  status: 409,
  code: 'meeting.not_scheduled',
  when: 'the meeting is off or over',
};

/** Meetings: what is booked, and what people of the business change of it; the customer is told of that. */
export function meetingRoutes(deps: MeetingRouteDeps): Route[] {
  return [...readRoutes(deps.app), ...changeRoutes(deps)];
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/meetings',
      tag,
      summary: 'List meetings, the latest first',
      status: 200,
      query: z.strictObject({
        ...pageFields,
        status: MeetingStatus.optional(),
        conversationId: Id.optional(),
        personId: Id.optional(),
        from: Moment.optional().meta({ description: 'Begins at or after this time' }),
        to: Moment.optional().meta({ description: 'Begins before this time' }),
      }),
      answer: pageSchema(Meeting),
      handle: async ({ userId, query: { limit, cursor, ...filter } }) => {
        const before = readCursor(cursor, MeetingKeys);
        const found = await asTenant(app, userId, (tx) =>
          listMeetings(tx, { userId, limit: limit + 1, before, filter }),
        );
        return toPage(found, limit, ({ meetingUs, meetingId }) => [meetingUs, meetingId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show a meeting',
      status: 200,
      params,
      answer: Meeting,
      problems: [notFound],
      handle: ({ userId, params: { meetingId } }) =>
        asTenant(app, userId, (tx) => getMeeting(tx, { userId, meetingId })),
    }),
  ];
}

function changeRoutes(deps: MeetingRouteDeps): Route[] {
  const changed = async (userId: string, work: (tx: Db) => Promise<Meeting>): Promise<Meeting> => {
    const meeting = await retryDeadlocks(() => asTenant(deps.app, userId, work));
    deps.publishLook();
    return meeting;
  };
  /** Google and the customer hear of it now, and not when the sweep comes by. */
  const moved = async (userId: string, work: (tx: Db) => Promise<Meeting>): Promise<Meeting> => {
    const meeting = await changed(userId, work);
    const ref = { userId, meetingId: meeting.meetingId };
    await hintMeeting(deps, 'meetings.write', ref);
    await hintMeeting(deps, 'meetings.tell', ref);
    return meeting;
  };
  return [
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary: 'Say what became of a meeting that has begun, or write its title and notes',
      status: 200,
      params,
      body: z.strictObject({
        status: z.enum(['missed', 'completed']).optional(),
        title: Name().optional(),
        specialNotes: Text({ max: 10_000 }).nullable().optional(),
      }),
      answer: Meeting,
      problems: [
        notFound,
        notScheduled,
        { status: 409, code: 'meeting.not_begun', when: 'it has no outcome yet' },
      ],
      handle: ({ userId, params: { meetingId }, body }) =>
        changed(userId, (tx) => describeMeeting(tx, deps, { userId, meetingId }, body)),
    }),
    tenantRoute({
      method: 'post',
      path: `${path}/reschedule`,
      tag,
      summary: 'Move a meeting; the customer is told',
      status: 200,
      params,
      body: z.strictObject({
        meetingTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
        durationMinutes: z.number().int().min(5).max(1_440).optional(),
      }),
      answer: Meeting,
      problems: [
        notFound,
        notScheduled,
        { status: 409, code: 'meeting.slot_taken', when: 'its person has another meeting then' },
        { status: 422, code: 'meeting.time_is_over', when: 'the time has passed' },
      ],
      handle: ({ userId, params: { meetingId }, body: { meetingTime, durationMinutes } }) =>
        moved(userId, (tx) =>
          moveByBusiness(tx, deps, { userId, meetingId }, { start: meetingTime, durationMinutes }),
        ),
    }),
    tenantRoute({
      method: 'post',
      path: `${path}/cancel`,
      tag,
      summary: 'Call a meeting off; the customer is told',
      status: 200,
      params,
      body: z.strictObject({ reason: Text({ max: 1_000 }).trim().min(1).optional() }),
      answer: Meeting,
      problems: [notFound, notScheduled],
      handle: ({ userId, params: { meetingId }, body }) =>
        moved(userId, (tx) => cancelByBusiness(tx, deps, { userId, meetingId }, body.reason)),
    }),
  ];
}
