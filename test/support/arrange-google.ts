import type { GoogleRequest } from '../../simulators/google/requests.ts';
import type { ShownEvent } from '../../simulators/google/shown-events.ts';
import { isObject } from '../../simulators/lib/json.ts';
import type { Tenant } from './arrange.ts';
import { arrangeBookings, type BookingsOptions } from './arrange-bookings.ts';
import { connectBusiness } from './change-stage.ts';
import type { Stage } from './stage.ts';

/** A business that takes bookings into its calendar at the simulated Google. */
export type GoogleBusiness = {
  tenant: Tenant;
  email: string;
  /** The people who can be met, and the calendar that each one's meetings are written to. */
  people: { personId: string; calendarId: string }[];
};

/** Makes one on a stage: the first person has the account's own calendar, the second one that of its team. */
export async function arrangeGoogle(
  stage: Pick<Stage, 'owner' | 'simulators' | 'tenant'>,
  options: BookingsOptions = {},
): Promise<GoogleBusiness> {
  const tenant = await stage.tenant();
  const { email } = await connectBusiness(stage.owner, stage.simulators, tenant);
  const ids = await arrangeBookings(stage.owner, tenant, {
    services: [{ name: 'Visit' }],
    ...options,
  });
  const team = `${email.replace(/[^a-z0-9]+/gi, '-')}-team@group.calendar.google.com`;
  const people = ids.map((personId, index) => ({
    personId,
    calendarId: index === 0 ? email : team,
  }));
  for (const { personId, calendarId } of people) {
    await stage.owner.query(
      `update bookable_people set calendar_id = $3::text, check_calendar_ids = array[$3::text]
        where user_id = $1 and person_id = $2`,
      [tenant.userId, personId, calendarId],
    );
  }
  return { tenant, email, people };
}

/** A meeting as it is booked, without slots that were only offered. */
export type BookedMeeting = {
  meetingId: string;
  conversationId: string;
  personId: string;
  status: string;
  start: string;
  end: string;
  eventId: string | null;
  calendarId: string | null;
  isOwed: boolean;
};

/** The meetings of a business, those that were called off too, the soonest first. */
export async function meetingsOf(
  { owner }: Pick<Stage, 'owner'>,
  { userId }: Pick<Tenant, 'userId'>,
): Promise<BookedMeeting[]> {
  const { rows } = await owner.query(
    `select meeting_id as "meetingId", conversation_id as "conversationId",
            person_id as "personId", status, meeting_time as start,
            meeting_time + make_interval(mins => duration_minutes) as "end",
            google_event_id as "eventId", google_calendar_id as "calendarId",
            google_due_at is not null as "isOwed"
       from meetings
      where user_id = $1 and status not in ('held', 'lapsed')
      order by meeting_time, person_id`,
    [userId],
  );
  return rows.map((row) => ({
    ...row,
    start: row.start.toISOString(),
    end: row.end.toISOString(),
  }));
}

/** The events of a business's account, as its people see them. */
export function eventsOf({ simulators }: Pick<Stage, 'simulators'>, email: string): ShownEvent[] {
  return simulators.googleEvents({ account: email });
}

/** The requests of a kind that came for an account. */
export function requestsOf(
  { simulators }: Pick<Stage, 'simulators'>,
  email: string,
  target: GoogleRequest['target'],
): GoogleRequest[] {
  return simulators
    .googleRequests()
    .filter((one) => one.account === email && one.target === target);
}

/** The meeting that is written into an event. */
export function meetingIn({ privateProperties }: ShownEvent): unknown {
  return isObject(privateProperties) ? privateProperties['rapportMeeting'] : undefined;
}
