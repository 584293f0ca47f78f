import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { eventIdOf } from '../../src/meetings/meeting.ts';
import type { Tenant } from './arrange.ts';

/** A meeting as a test finds it; what it does not mention is a scheduled one of half an hour, tomorrow, without Google. */
export type MeetingOptions = {
  meetingId?: string;
  personId?: string;
  status?: 'held' | 'lapsed' | 'pending' | 'scheduled' | 'cancelled' | 'completed' | 'missed';
  meetingTime?: Date;
  durationMinutes?: number;
  /** Minutes that stay free after it. */
  gapMinutes?: number;
  title?: string;
  service?: string;
  specialNotes?: string;
  customerName?: string;
  customerEmail?: string;
  timezone?: string;
  language?: string;
  heldUntil?: Date;
  /** Has an event in this calendar of Google's, as new as the meeting. */
  googleCalendarId?: string;
  meetLink?: string;
};

/** Stores somebody who can be met; answers their id. */
export async function arrangePerson(owner: Pool, tenant: Tenant, name = 'Rita'): Promise<string> {
  const personId = newId('per');
  await owner.query('insert into bookable_people (person_id, user_id, name) values ($1, $2, $3)', [
    personId,
    tenant.userId,
    name,
  ]);
  return personId;
}

const unsaid = {
  status: 'scheduled',
  durationMinutes: 30,
  gapMinutes: 0,
  title: 'Demo',
  service: null,
  specialNotes: null,
  customerName: null,
  customerEmail: null,
  timezone: 'Europe/Lisbon',
  language: 'en',
  googleCalendarId: null,
  meetLink: null,
};

/** Stores a meeting of a conversation straight into the database, with somebody to meet if nobody is named; answers the ids. */
export async function arrangeMeeting(
  owner: Pool,
  tenant: Tenant,
  conversationId: string,
  options: MeetingOptions = {},
): Promise<{ meetingId: string; personId: string; meetingTime: Date }> {
  const meeting = {
    ...unsaid,
    meetingId: newId('mtg'),
    meetingTime: new Date(Date.now() + 24 * 3_600_000),
    heldUntil: new Date(Date.now() + 600_000),
    ...options,
  };
  const { meetingId, meetingTime, googleCalendarId } = meeting;
  const personId = options.personId ?? (await arrangePerson(owner, tenant));
  await owner.query(
    `insert into meetings
       (meeting_id, user_id, conversation_id, contact_id, agent_id, person_id, title, service,
        special_notes, customer_name, customer_email, participants, meeting_time, duration_minutes,
        blocked_until, timezone, language, meet_link, status, held_until, google_calendar_id,
        google_event_id, google_version, booked_at)
     select $1, c.user_id, c.conversation_id, c.contact_id, c.agent_id, $4, $5, $6, $7, $8,
            $9::text, array_remove(array[$9::text], null), $10, $11::integer,
            $10::timestamptz + make_interval(mins => $11::integer + $12::integer), $13, $14, $15,
            $16::text, case when $16::text in ('held', 'lapsed') then $17::timestamptz end,
            $18::text, $19, case when $18::text is null then 0 else 1 end, now()
       from conversations c where c.user_id = $2 and c.conversation_id = $3`,
    [
      meetingId,
      tenant.userId,
      conversationId,
      personId,
      meeting.title,
      meeting.service,
      meeting.specialNotes,
      meeting.customerName,
      meeting.customerEmail,
      meetingTime,
      meeting.durationMinutes,
      meeting.gapMinutes,
      meeting.timezone,
      meeting.language,
      meeting.meetLink,
      meeting.status,
      meeting.heldUntil,
      googleCalendarId,
      googleCalendarId === null ? null : eventIdOf(meetingId),
    ],
  );
  return { meetingId, personId, meetingTime };
}

/** The row as it is stored. */
export async function storedMeeting(
  owner: Pool,
  meetingId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await owner.query('select * from meetings where meeting_id = $1', [meetingId]);
  return rows[0] ?? {};
}

/** What the customer is owed about a meeting, by kind and key. */
export async function owedMessages(
  owner: Pool,
  meetingId: string,
): Promise<{ kind: string; key: string; aboutTime: Date }[]> {
  const { rows } = await owner.query(
    `select kind, key, about_time as "aboutTime"
       from meeting_messages
      where meeting_id = $1 and settled_at is null
      order by kind, due_at, key`,
    [meetingId],
  );
  return rows;
}
