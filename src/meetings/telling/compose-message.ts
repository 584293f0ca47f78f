import { sayTime } from '../../availability/say-time.ts';
import { endOf, type MeetingRow } from '../meeting.ts';
import type { MeetingMessageKind } from './owe-messages.ts';
import { wordsFor } from './words/meeting-words.ts';

export type MeetingToSay = Pick<
  MeetingRow,
  | 'title'
  | 'meetingTime'
  | 'durationMinutes'
  | 'timezone'
  | 'language'
  | 'meetLink'
  | 'customerName'
>;

/**
 * What a customer is told, in their language and on their clock: the text, and what fills a template in its place
 * ({{1}} who is told, {{2}} what the meeting is and when).
 */
export function composeMessage(
  kind: MeetingMessageKind,
  meeting: MeetingToSay,
  icsUrl: string | undefined,
): { text: string; parameters: string[] } {
  const { language, words } = wordsFor(meeting.language);
  const name = oneLine(meeting.customerName ?? '');
  const what = oneLine(meeting.title);
  const slot = { start: meeting.meetingTime, end: endOf(meeting) };
  const when = sayTime(slot, { timeZone: meeting.timezone, language });
  const isOn = kind === 'confirmed' || kind === 'moved' || kind === 'reminder';
  const lines = [
    `${name === '' ? words.helloUnnamed : words.hello(name)} ${words.say[kind](what, when)}`,
    ...(isOn && meeting.meetLink !== null ? [words.joinAt(meeting.meetLink)] : []),
    ...(isOn && kind !== 'reminder' && icsUrl !== undefined ? [words.addToCalendar(icsUrl)] : []),
  ];
  return {
    text: lines.join('\n'),
    parameters: [name === '' ? words.unnamed : name, `${what}, ${when}`],
  };
}

/** Meta refuses templates whose parameters have line breaks, tabs or rows of spaces. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
