import ical, {
  ICalAlarmType,
  ICalAttendeeRole,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator';
import { endOf, type MeetingRow } from '../meeting.ts';

export type MeetingFile = {
  meeting: Pick<
    MeetingRow,
    | 'meetingId'
    | 'title'
    | 'meetingTime'
    | 'durationMinutes'
    | 'status'
    | 'version'
    | 'meetLink'
    | 'customerName'
    | 'customerEmail'
  >;
  organizer: { name: string; email: string } | null;
  reminderMinutes: readonly number[];
  now: Date;
};

/**
 * A meeting as a calendar file (RFC 5545), for whoever takes it into their calendar, and as it is taken out again
 * once it is cancelled. The same meeting has the same UID, a newer version a higher SEQUENCE.
 */
export function meetingFile(file: MeetingFile): { method: 'PUBLISH' | 'CANCEL'; body: string } {
  const { meeting, organizer, reminderMinutes, now } = file;
  const isOff = meeting.status === 'cancelled';
  const method = isOff ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = ical({ prodId: { company: 'rapport', product: 'meetings' }, method });
  calendar.createEvent({
    id: meeting.meetingId,
    sequence: meeting.version,
    stamp: now,
    start: meeting.meetingTime,
    end: endOf(meeting),
    summary: meeting.title,
    status: isOff ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer,
    attendees: isOff ? attendeesOf(meeting) : [],
    url: meeting.meetLink,
    location: meeting.meetLink,
    alarms: isOff
      ? []
      : reminderMinutes.map((minutes) => ({
          type: ICalAlarmType.display,
          trigger: minutes * 60,
          description: meeting.title,
        })),
  });
  return { method: isOff ? 'CANCEL' : 'PUBLISH', body: calendar.toString() };
}

/** What is published names nobody who attends (RFC 5546); what is cancelled does. */
function attendeesOf({ customerEmail, customerName }: MeetingFile['meeting']) {
  if (customerEmail === null) return [];
  const name = customerName ?? customerEmail;
  return [{ email: customerEmail, name, role: ICalAttendeeRole.REQ }];
}
