import { describe, expect, it } from '@jest/globals';
import { type MeetingFile, meetingFile } from '../../../src/meetings/telling/ics.ts';

const file: MeetingFile = {
  meeting: {
    meetingId: 'mtg_1',
    title: `Visit; with, comma \\ and ${'ção '.repeat(40)}`,
    meetingTime: new Date('2026-12-02T13:00:00Z'),
    durationMinutes: 30,
    status: 'scheduled',
    version: 3,
    meetLink: 'https://meet.google.com/abc',
    customerName: 'Ana',
    customerEmail: 'ana@example.com',
  },
  organizer: { name: 'Rita', email: 'rita@example.com' },
  reminderMinutes: [1_440, 60],
  now: new Date('2026-12-01T00:00:00Z'),
};

describe('meetingFile', () => {
  it('publishes a meeting in UTC, with its link and an alarm for each reminder', () => {
    const { method, body } = meetingFile(file);

    expect(method).toBe('PUBLISH');
    for (const line of [
      'METHOD:PUBLISH',
      'UID:mtg_1',
      'SEQUENCE:3',
      'DTSTAMP:20261201T000000Z',
      'DTSTART:20261202T130000Z',
      'DTEND:20261202T133000Z',
      'STATUS:CONFIRMED',
      'LOCATION:https://meet.google.com/abc',
      'TRIGGER:-P1D',
      'TRIGGER:-PT1H',
    ]) {
      expect(body.split('\r\n')).toContain(line);
    }
    expect(body).not.toContain('ATTENDEE');
  });

  it('cancels a cancelled one, without alarms', () => {
    const cancelled = { ...file, meeting: { ...file.meeting, status: 'cancelled' as const } };

    const { method, body } = meetingFile(cancelled);

    expect(method).toBe('CANCEL');
    expect(body).toContain('METHOD:CANCEL');
    expect(body).toContain('STATUS:CANCELLED');
    expect(body).toContain('ana@example.com');
    expect(body).not.toContain('VALARM');
  });

  it('escapes, folds at 75 octets and ends lines with CRLF', () => {
    const { body } = meetingFile(file);

    expect(body.replaceAll('\r\n ', '')).toContain('SUMMARY:Visit\\; with\\, comma \\\\ and ção');
    expect(body.replaceAll('\r\n', '')).not.toContain('\n');
    for (const line of body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });
});
