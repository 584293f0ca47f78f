import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What becomes of a meeting. `pending`: agreed, on its way into the calendar. */
export const meetingStatuses = [
  'pending',
  'scheduled',
  'cancelled',
  'completed',
  'missed',
] as const;
export const MeetingStatus = z.enum(meetingStatuses);

/** Of a row of `meetings`: also slots that are held for a customer who decides, and those whose time to decide is over. */
export const MeetingRowStatus = z.enum(['held', 'lapsed', ...meetingStatuses]);

export const MeetingRow = z.object({
  meetingId: z.string(),
  userId: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  agentId: z.string(),
  personId: z.string(),
  googleEventId: z.string().nullable(),
  googleCalendarId: z.string().nullable(),
  title: z.string(),
  service: z.string().nullable(),
  specialNotes: z.string().nullable(),
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  participants: z.array(z.string()),
  meetingTime: z.date(),
  durationMinutes: z.number(),
  timezone: z.string(),
  language: z.string(),
  meetLink: z.string().nullable(),
  status: MeetingRowStatus,
  changedBy: z.enum(['customer', 'business']).nullable(),
  version: z.number(),
  googleVersion: z.number(),
});

/** A row of `meetings`, as this part works with it. */
export type MeetingRow = z.infer<typeof MeetingRow>;

/** The columns of a MeetingRow, of `meetings` as `m`. */
export const meetingColumns = `
  m.meeting_id as "meetingId", m.user_id as "userId", m.conversation_id as "conversationId",
  m.contact_id as "contactId", m.agent_id as "agentId", m.person_id as "personId",
  m.google_event_id as "googleEventId", m.google_calendar_id as "googleCalendarId",
  m.title, m.service, m.special_notes as "specialNotes", m.customer_name as "customerName",
  m.customer_email as "customerEmail", m.participants, m.meeting_time as "meetingTime",
  m.duration_minutes as "durationMinutes", m.timezone, m.language, m.meet_link as "meetLink",
  m.status, m.changed_by as "changedBy", m.version, m.google_version as "googleVersion"`;

/** A meeting of a tenant's. */
export type MeetingRef = { userId: string; meetingId: string };

/** The id of a meeting's event in Google, the same at every try: letters a to v and digits, as Google wants them. */
export function eventIdOf(meetingId: string): string {
  return `rapport${createHash('sha256').update(meetingId).digest('hex').slice(0, 40)}`;
}

/** When a meeting ends. */
export function endOf(meeting: Pick<MeetingRow, 'meetingTime' | 'durationMinutes'>): Date {
  return new Date(meeting.meetingTime.getTime() + meeting.durationMinutes * 60_000);
}

/** Whether a row is a slot that somebody was offered, and no meeting yet. */
export function isSlot({ status }: Pick<MeetingRow, 'status'>): boolean {
  return status === 'held' || status === 'lapsed';
}
