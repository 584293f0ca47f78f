import { z } from 'zod';
import { Timestamp } from '../lib/http/fields.ts';
import { MeetingStatus } from './meeting.ts';

/** A meeting as the API shows it. */
export const Meeting = z.object({
  meetingId: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  agentId: z.string(),
  personId: z.string(),
  googleEventId: z.string().nullable(),
  title: z.string(),
  service: z.string().nullable(),
  specialNotes: z.string().nullable(),
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  participants: z.array(z.string()),
  meetingTime: Timestamp,
  durationMinutes: z.number().int(),
  /** The customer's, for what they are told. */
  timezone: z.string(),
  meetLink: z.string().nullable(),
  status: MeetingStatus,
  /** Who moved or ended it last. */
  changedBy: z.enum(['customer', 'business']).nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Meeting = z.infer<typeof Meeting>;

/** Selects a Meeting from `meetings m`. */
export const shownColumns = `
  m.meeting_id as "meetingId", m.conversation_id as "conversationId", m.contact_id as "contactId",
  m.agent_id as "agentId", m.person_id as "personId", m.google_event_id as "googleEventId",
  m.title, m.service, m.special_notes as "specialNotes", m.customer_name as "customerName",
  m.customer_email as "customerEmail", m.participants, m.meeting_time as "meetingTime",
  m.duration_minutes as "durationMinutes", m.timezone, m.meet_link as "meetLink", m.status,
  m.changed_by as "changedBy", m.created_at as "createdAt", m.updated_at as "updatedAt"`;

/** Of `meetings m`: what is a meeting, and no slot that somebody may still decide for. */
export const isMeeting = `m.status not in ('held', 'lapsed')`;
