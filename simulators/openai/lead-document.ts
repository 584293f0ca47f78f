import { type JsonObject, objectAt, objectsAt, parseObject, textAt } from '../lib/json.ts';
import { readDirectives } from './directives.ts';
import { inputItems, readTurn } from './turn.ts';

/** A line of the conversation that a lead is read from. `words` is the text without its directives. */
export type LeadMessage = {
  id: string;
  from: string;
  at: string;
  text: string;
  words: string;
};

/** What a request for a lead's reading asks about; `last` is what was read before. */
export type LeadDocument = { last: JsonObject; messages: LeadMessage[] };

const formatName = 'lead_reading';

/** The document of a request whose answer is to be a lead's reading; undefined for any other request. */
export function leadDocument(body: JsonObject): LeadDocument | undefined {
  const format = objectAt(objectAt(body, 'text'), 'format');
  if (format['type'] !== 'json_schema' || format['name'] !== formatName) return undefined;
  const spelled = readTurn(inputItems(body)).texts.join('\n');
  const document = parseObject(spelled.slice(spelled.indexOf('{'), spelled.lastIndexOf('}') + 1));
  if (document === undefined) return undefined;
  return {
    last: objectAt(document, 'last'),
    messages: objectsAt(document, 'messages').map(messageOf),
  };
}

/** What the customer wrote, in order. */
export function customerMessages({ messages }: LeadDocument): LeadMessage[] {
  return messages.filter(({ from }) => from === 'customer');
}

/** The directives in the customer's messages that are meant for the reading, in order. */
export function readingDirectives(document: LeadDocument, name: 'extract' | 'lead'): string[] {
  return readDirectives(customerMessages(document).map(({ text }) => text))
    .filter((directive) => directive.name === name)
    .map(({ rest }) => rest);
}

function messageOf(message: JsonObject): LeadMessage {
  const text = textAt(message, 'text') ?? '';
  return {
    id: textAt(message, 'id') ?? '',
    from: textAt(message, 'from') ?? '',
    at: textAt(message, 'at') ?? '',
    text,
    // Ends of lines, so that no clause reaches across a directive.
    words: text.replace(/\[\[sim:.*?\]\]/gs, '\n'),
  };
}
