import type { CalendarEvent } from '../calendar.ts';
import type { MeetingRow } from '../meeting.ts';

/** What a calendar is owed of a meeting. */
export type WriteDecision = 'insert' | 'move' | 'remove' | 'read' | 'nothing';

/** Decides it from the row alone. What was agreed and never written is written; what a dead process wrote is found so. */
export function decideWrite(
  meeting: Pick<MeetingRow, 'status' | 'version' | 'googleVersion' | 'googleEventId' | 'meetLink'>,
): WriteDecision {
  if (meeting.googleEventId === null) return 'nothing';
  switch (meeting.status) {
    case 'pending':
      return 'insert';
    case 'scheduled':
      if (meeting.googleVersion < meeting.version) return 'move';
      return meeting.meetLink === null ? 'read' : 'nothing';
    case 'cancelled':
      return meeting.googleVersion < meeting.version ? 'remove' : 'nothing';
    default:
      return 'nothing';
  }
}

/** What the calendar answered to what it was owed. */
export type WriteAnswer =
  | { answer: 'event'; event: CalendarEvent }
  /** It is in another calendar now. */
  | { answer: 'elsewhere'; calendarId: string }
  | { answer: 'gone' | 'removed' | 'nothing' };

/** A video call's link is waited for so many times, and then the meeting does without. */
const maxLinkReads = 8;

/** Whether the link of the video call is still to come. */
export function isLinkToCome(event: CalendarEvent, attempts: number): boolean {
  return event.meet.state === 'pending' && attempts < maxLinkReads;
}
