import { escapeHtml } from '../../lib/http/html.ts';
import type { EventToWrite } from '../calendar.ts';
import { endOf } from '../meeting.ts';
import type { ClaimedWrite } from './claim-write.ts';

/** A meeting as the people of the business read it in their calendar. */
export function eventToWrite(meeting: ClaimedWrite, eventId: string): EventToWrite {
  const { customerName, customerEmail, participants, title } = meeting;
  const others = participants.filter((email) => email !== customerEmail);
  return {
    eventId,
    meetingId: meeting.meetingId,
    title: customerName === null ? title : `${title}: ${customerName}`,
    description: descriptionOf(meeting),
    start: meeting.meetingTime,
    end: endOf(meeting),
    timeZone: meeting.businessTimezone,
    attendees: [
      ...(customerEmail === null ? [] : [invited(customerEmail, customerName)]),
      ...others.map((email) => ({ email })),
    ],
    wantsMeet: true,
  };
}

function invited(email: string, name: string | null): { email: string; name?: string } {
  return name === null ? { email } : { email, name };
}

function descriptionOf({
  service,
  customerName,
  customerEmail,
  specialNotes,
}: ClaimedWrite): string {
  const lines = [
    ...(service === null ? [] : [service]),
    ...(customerName === null ? [] : [`For ${customerName}`]),
    ...(customerEmail === null ? [] : [customerEmail]),
    ...(specialNotes === null ? [] : ['', specialNotes]),
    '',
    'Booked in the chat.',
  ];
  // Google shows what looks like HTML as such.
  return escapeHtml(lines.join('\n').trim());
}
