import { isObject, type JsonObject, objectsAt, parseObject, textAt } from '../lib/json.ts';
import type { ToolCall } from './decide.ts';
import { readWish } from './meeting-wish.ts';
import type { Turn } from './turn.ts';

/** A slot or meeting as the instructions tell of it. */
type Told = { id: string; says: string };

/** What the simulated model knows of meetings: from its instructions, and from what it said last. */
type Known = { offered: Told[]; booked: Told[]; services: string[]; lastSaid: string };

const wants =
  /\b(visit|visita|appointment|meeting|consultation|come (by|over|in)|book|cita|reunión|reunião|marcar|termin|rendez-vous|appuntamento|free (slot|time)s?)\b/i;
const cancels = /\b(cancel|call (it )?off|cancelar|anular|absagen|annuler|disdire)\b/i;
const moves =
  /\b(move|reschedule|another (time|day)|postpone|cambiar|remarcar|verschieben|reporter|spostare)\b/i;
const asks = /\b(when is my|my (meeting|appointment|visit)s?|do I have a)\b/i;
const offering = 'I can offer you:';
const moving = 'To move it, I can offer you:';
const canOffer = 'I can offer you:';

/** The call that a customer's words about meetings lead to; undefined where they lead to none. */
export function meetingCall(
  body: JsonObject,
  turn: Turn,
  tools: JsonObject[],
): ToolCall | undefined {
  if (turn.toolResults.length > 0) return undefined;
  const has = (name: string): boolean => tools.some((tool) => tool['name'] === name);
  const text = turn.texts.join(' ');
  if (has('note_meeting_wish') && wants.test(text)) {
    return callOf('note_meeting_wish', { wish: text });
  }
  if (!has('find_slots')) return undefined;
  const known = readKnown(body);
  return changeCall(text, known) ?? chosenCall(text, known) ?? lookCall(text, known);
}

function changeCall(text: string, { booked: [meeting] }: Known): ToolCall | undefined {
  if (meeting === undefined || !cancels.test(text)) return undefined;
  return callOf('cancel_meeting', { meetingId: meeting.id });
}

function chosenCall(text: string, known: Known): ToolCall | undefined {
  const chosen = chosenSlot(text, known);
  if (chosen === undefined) return undefined;
  const [meeting] = known.booked;
  return meeting !== undefined && known.lastSaid.includes(moving)
    ? callOf('reschedule_meeting', { meetingId: meeting.id, slotId: chosen.id })
    : callOf('book_meeting', bookingOf(text, chosen));
}

function lookCall(text: string, known: Known): ToolCall | undefined {
  const [meeting] = known.booked;
  if (meeting !== undefined && moves.test(text)) return find(text, known, meeting.id);
  if (asks.test(text)) return callOf('my_meetings', {});
  const isAnswer = known.lastSaid.includes(canOffer) && readWish(text).isNamed;
  return wants.test(text) || isAnswer ? find(text, known, null) : undefined;
}

function find(text: string, known: Known, forMeetingId: string | null): ToolCall {
  const named = known.services.find((name) => text.toLowerCase().includes(name.toLowerCase()));
  const alike = known.services.find((name) =>
    name
      .toLowerCase()
      .split(/\W+/)
      .some((word) => word.length > 4 && text.toLowerCase().includes(word)),
  );
  return callOf('find_slots', {
    customerSaid: text,
    reading: readWish(text).reading,
    service: named ?? alike ?? known.services[0] ?? null,
    timeZone: /\b[A-Z][a-z]+\/[A-Z][A-Za-z_]+\b/.exec(text)?.[0] ?? null,
    language: 'en',
    forMeetingId,
  });
}

function bookingOf(text: string, slot: Told) {
  return {
    slotId: slot.id,
    customerName: /\b(?:my name is|i am|i'm|this is) ([A-Z][\w'-]+)/i.exec(text)?.[1] ?? null,
    customerEmail: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0] ?? null,
    participants: [],
    notes: null,
  };
}

const ordinals = [
  /\b(first|1st|number one|primer[oa]?|primeir[oa])\b|^\s*1[.!)]?\s*$/i,
  /\b(second|2nd|number two|segund[oa])\b|^\s*2[.!)]?\s*$/i,
  /\b(third|3rd|number three|tercer[oa]?|terceir[oa]|last one)\b|^\s*3[.!)]?\s*$/i,
];
const agrees = /^\s*(yes|ok(ay)?|sure|great|perfect|that works|sounds good|sí|sim|ja|oui)\b/i;

/** Which of the offered slots the words choose: by its place, by its time, or the only one by a yes. */
function chosenSlot(text: string, { offered, lastSaid }: Known): Told | undefined {
  if (offered.length === 0 || !lastSaid.includes(canOffer)) return undefined;
  const place = ordinals.findIndex((one) => one.test(text));
  if (place >= 0) return offered[place];
  const [, hour, minute = '00'] = /\b(\d{1,2})[:.h](\d{2})?\b/.exec(text) ?? [];
  if (hour !== undefined) {
    const time = `${hour.padStart(2, '0')}:${minute}`;
    return offered.find(({ says }) => says.includes(time));
  }
  return offered.length === 1 && agrees.test(text) ? offered[0] : undefined;
}

/** What it says of what its meeting tools answered; undefined where none was called. */
export function meetingClosing({ toolResults, texts }: Turn): string | undefined {
  const [result] = toolResults;
  if (result === undefined) return undefined;
  const told = parseObject(result.output) ?? {};
  switch (result.name) {
    case 'find_slots': {
      const slots = objectsAt(told, 'slots');
      if (slots.length === 0) return `I am sorry: ${result.output}`;
      const lines = slots.map((slot, index) => `${index + 1}. ${textAt(slot, 'says')}`);
      const begin = moves.test(texts.join(' ')) ? moving : offering;
      return `${begin}\n${lines.join('\n')}\nWhich one suits you?`;
    }
    case 'book_meeting':
      return deedOf(told, 'booked', 'Done, your meeting is booked') ?? sorry(told, result.output);
    case 'reschedule_meeting':
      return deedOf(told, 'moved', 'Done, your meeting is moved to') ?? sorry(told, result.output);
    case 'cancel_meeting':
      return deedOf(told, 'cancelled', 'Your meeting is cancelled') ?? sorry(told, result.output);
    case 'my_meetings': {
      const meetings = objectsAt(told, 'meetings').map((one) => textAt(one, 'says'));
      return meetings.length === 0
        ? 'You have no meeting to come.'
        : `You have: ${meetings.join('; ')}`;
    }
    case 'note_meeting_wish':
      return 'I cannot look up times just now, so I have taken down what you wish. A colleague will come back to you.';
    default:
      return undefined;
  }
}

function deedOf(told: JsonObject, deed: string, words: string): string | undefined {
  const meeting = told[deed];
  if (!isObject(meeting)) return undefined;
  const link = textAt(meeting, 'meetLink');
  const file = textAt(meeting, 'calendarFile');
  const fetched = file === undefined ? '' : ` For your calendar: ${file}`;
  return `${words}: ${textAt(meeting, 'says')}.${link === undefined ? '' : ` Join here: ${link}`}${fetched}`;
}

function sorry(told: JsonObject, output: string): string {
  return isObject(told['requested'])
    ? 'Your request is on its way. The confirmation follows here in some minutes.'
    : `I am sorry: ${output}`;
}

function readKnown(body: JsonObject): Known {
  const instructions = textAt(body, 'instructions') ?? '';
  const offered = toldOf(instructions, /^- slotId (\S+): (.*)$/gm);
  const booked = toldOf(instructions, /^- meetingId (\S+): (.*)$/gm);
  const block = /\nServices:\n((?:- .*\n?)+)/.exec(instructions)?.[1] ?? '';
  const services = [...block.matchAll(/^- (.*?) \(\d+ minutes\)/gm)].map(([, name = '']) => name);
  return { offered, booked, services, lastSaid: lastSaidOf(objectsAt(body, 'input')) };
}

function toldOf(text: string, pattern: RegExp): Told[] {
  return [...text.matchAll(pattern)].map(([, id = '', says = '']) => ({ id, says }));
}

function lastSaidOf(items: JsonObject[]): string {
  const last = items.filter((item) => item['role'] === 'assistant').at(-1);
  if (last === undefined) return '';
  const text = textAt(last, 'content');
  return (
    text ??
    objectsAt(last, 'content')
      .map((part) => textAt(part, 'text') ?? '')
      .join('')
  );
}

function callOf(name: string, given: object): ToolCall {
  return { name, arguments: JSON.stringify(given) };
}
