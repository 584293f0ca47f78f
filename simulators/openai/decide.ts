import { type JsonObject, objectAt, textAt } from '../lib/json.ts';
import { type Directive, numberOf, readDirectives, withoutDirectives } from './directives.ts';
import { directedError, type ModelError } from './errors.ts';
import { exampleOf } from './example-of.ts';
import { decideReading } from './lead-answer.ts';
import { customerMessages, leadDocument } from './lead-document.ts';
import { meetingCall, meetingClosing } from './meetings.ts';
import { isOnlyOffered, linkOffer } from './offer.ts';
import {
  fileAnswer,
  handoverClosing,
  handoverTool,
  handoverWords,
  markdownAnswer,
  pictureAnswer,
  rules,
} from './rules.ts';
import { inputItems, offeredTools, readTurn, type Turn } from './turn.ts';

export type ToolCall = { name: string; arguments: string };

/** What the simulated model does with a request. */
export type ModelAnswer =
  | { kind: 'text' | 'refusal' | 'cut_off'; text: string }
  | { kind: 'tools'; calls: ToolCall[] }
  | { kind: 'error'; error: ModelError }
  | { kind: 'empty' | 'hang' };

/** `isReading`: a lead was to be read, no customer answered. */
export type Decision = { answer: ModelAnswer; delayMs: number; turn: Turn; isReading: boolean };

/** Decides by the rules of rules.ts; the same request always gets the same answer. */
export function decide(body: JsonObject): Decision {
  const turn = readTurn(inputItems(body));
  const document = leadDocument(body);
  if (document !== undefined) {
    const texts = customerMessages(document).map(({ text }) => text);
    return { ...decideReading(document), turn: { ...turn, texts }, isReading: true };
  }
  const directives = readDirectives(turn.texts);
  const delay = directives.find(({ name }) => name === 'delay');
  const tools = offeredTools(body);
  const isRefused = /last reply was not sent/.test(textAt(body, 'instructions') ?? '');
  const wanted = directives.filter(({ name }) => !(isRefused && name === 'say_once'));
  const answer = directed(wanted, turn, tools) ??
    structured(body, turn) ??
    handover(turn, tools) ??
    aboutMeetings(body, turn, { tools, directives }) ??
    offered(turn, tools) ??
    closing(turn, directives) ?? { kind: 'text' as const, text: spoken(turn) };
  const delayMs = delay === undefined ? 0 : numberOf(delay, 0);
  return { answer, delayMs, turn, isReading: false };
}

function directed(
  directives: Directive[],
  turn: Turn,
  tools: JsonObject[],
): ModelAnswer | undefined {
  for (const directive of directives) {
    const answer = simpleAnswer(directive) ?? loop(directive, tools);
    if (answer !== undefined) return answer;
  }
  if (turn.toolResults.length > 0) {
    const close = directives.find(({ name }) => name === 'close');
    return close === undefined ? undefined : { kind: 'text', text: close.rest };
  }
  const calls = directives.filter(({ name }) => name === 'tool').map(toolCall);
  return calls.length > 0 ? { kind: 'tools', calls } : undefined;
}

function simpleAnswer(directive: Directive): ModelAnswer | undefined {
  switch (directive.name) {
    case 'hang':
      return { kind: 'hang' };
    case 'empty':
      return { kind: 'empty' };
    case 'error':
      return { kind: 'error', error: directedError(directive.rest) };
    case 'say':
    case 'say_once':
      return { kind: 'text', text: directive.rest };
    case 'refusal':
      return { kind: 'refusal', text: "I'm sorry, but I can't help with that." };
    case 'cut_off':
      return { kind: 'cut_off', text: 'This answer stops in the middle of a' };
    case 'long':
      return { kind: 'text', text: longText(numberOf(directive, 9000)) };
    case 'markdown':
      return { kind: 'text', text: markdownAnswer };
    default:
      return undefined;
  }
}

function loop(directive: Directive, tools: JsonObject[]): ModelAnswer | undefined {
  const [tool] = tools;
  if (directive.name !== 'loop' || tool === undefined) return undefined;
  return { kind: 'tools', calls: [exampleCall(tool, 'once more')] };
}

function exampleCall(tool: JsonObject, text: string): ToolCall {
  const value = exampleOf(objectAt(tool, 'parameters'), text);
  return { name: textAt(tool, 'name') ?? '', arguments: JSON.stringify(value ?? {}) };
}

function toolCall(directive: Directive): ToolCall {
  const [name = ''] = directive.rest.split(/\s+/, 1);
  return { name, arguments: directive.rest.slice(name.length).trim() || '{}' };
}

function structured(body: JsonObject, turn: Turn): ModelAnswer | undefined {
  const format = objectAt(objectAt(body, 'text'), 'format');
  if (format['type'] !== 'json_schema') return undefined;
  const value = exampleOf(objectAt(format, 'schema'), turn.texts.at(-1) ?? '');
  return { kind: 'text', text: JSON.stringify(value) };
}

function handover(turn: Turn, tools: JsonObject[]): ModelAnswer | undefined {
  const isDone = turn.toolResults.some(({ name }) => name === handoverTool);
  if (isDone) return { kind: 'text', text: handoverClosing };
  const tool = tools.find((one) => one['name'] === handoverTool);
  const isAsked = turn.texts.some((text) => handoverWords.test(text));
  if (tool === undefined || !isAsked || turn.toolResults.length > 0) return undefined;
  const call = exampleCall(tool, 'The customer asked for a person.');
  return { kind: 'tools', calls: [call] };
}

function aboutMeetings(
  body: JsonObject,
  turn: Turn,
  { tools, directives }: { tools: JsonObject[]; directives: Directive[] },
): ModelAnswer | undefined {
  if (directives.some(({ name }) => name === 'tool')) return undefined;
  const text = meetingClosing(turn);
  if (text !== undefined) return { kind: 'text', text };
  const call = meetingCall(body, turn, tools);
  return call === undefined ? undefined : { kind: 'tools', calls: [call] };
}

function offered(turn: Turn, tools: JsonObject[]): ModelAnswer | undefined {
  const call = linkOffer(turn, tools);
  return call === undefined ? undefined : { kind: 'tools', calls: [call] };
}

/** What a directive called is told; a page that the simulated model offered by itself stands below its answer. */
function closing(turn: Turn, directives: Directive[]): ModelAnswer | undefined {
  const { toolResults } = turn;
  const isOwn = isOnlyOffered(turn) && directives.every(({ name }) => name !== 'tool');
  if (toolResults.length === 0 || isOwn) return undefined;
  const told = toolResults.map(({ name, output }) => `${name}: ${shortened(output)}`);
  return { kind: 'text', text: `Done. ${told.join(' / ')}` };
}

function spoken(turn: Turn): string {
  const texts = turn.texts.map(withoutDirectives).filter((text) => text !== '');
  const sentences: string[] = [];
  const repeated: string[] = [];
  if (turn.images > 0) sentences.push(pictureAnswer);
  if (turn.files > 0) sentences.push(fileAnswer);
  for (const text of texts) {
    const rule = rules.find(({ when }) => when.test(text));
    if (rule === undefined) repeated.push(`"${shortened(text)}"`);
    else if (!sentences.includes(rule.answer)) sentences.push(rule.answer);
  }
  if (repeated.length > 0) sentences.push(`You said: ${repeated.join(' / ')}`);
  return sentences.join(' ') || 'I am here. How can I help?';
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** Sentences of exactly so many characters together, the last one ended. */
function longText(length: number): string {
  let text = '';
  for (let count = 1; text.length < length; count += 1) {
    text += `This is sentence ${count} of a long answer. `;
  }
  return `${text
    .slice(0, Math.max(0, length - 1))
    .trimEnd()
    .padEnd(length - 1, '.')}.`;
}
