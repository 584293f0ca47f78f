import { isObject, type JsonObject, listAt, objectsAt, textAt } from '../lib/json.ts';

/** What the model is asked to answer: everything since the last thing the assistant said. */
export type Turn = {
  /** The customer's words, one entry a message. */
  texts: string[];
  images: number;
  files: number;
  /** Results of the tools called since the customer last wrote. */
  toolResults: { name: string; output: string }[];
};

/** The items of a request's input; a bare string is one user message. */
export function inputItems(body: JsonObject): JsonObject[] {
  const text = textAt(body, 'input');
  return text === undefined ? objectsAt(body, 'input') : [{ role: 'user', content: text }];
}

/** Reads the turn out of the input. */
export function readTurn(items: JsonObject[]): Turn {
  const names = new Map<string, string>();
  let turn = emptyTurn();
  for (const item of items) {
    if (item['role'] === 'assistant') turn = emptyTurn();
    if (item['role'] === 'user') addUserMessage(turn, item);
    if (item['type'] === 'function_call') {
      names.set(textAt(item, 'call_id') ?? '', textAt(item, 'name') ?? '');
    }
    if (item['type'] === 'function_call_output') {
      const name = names.get(textAt(item, 'call_id') ?? '') ?? '';
      turn.toolResults.push({ name, output: outputText(item['output']) });
    }
  }
  return turn;
}

function emptyTurn(): Turn {
  return { texts: [], images: 0, files: 0, toolResults: [] };
}

function addUserMessage(turn: Turn, item: JsonObject): void {
  turn.toolResults = [];
  const text = textAt(item, 'content');
  if (text !== undefined) {
    turn.texts.push(text);
    return;
  }
  const parts = objectsAt(item, 'content');
  const texts = parts.flatMap((part) =>
    part['type'] === 'input_text' ? textAt(part, 'text') : [],
  );
  turn.images += parts.filter((part) => part['type'] === 'input_image').length;
  turn.files += parts.filter((part) => part['type'] === 'input_file').length;
  const joined = texts.filter((one) => one !== undefined && one !== '').join('\n');
  if (joined !== '') turn.texts.push(joined);
}

function outputText(output: unknown): string {
  if (typeof output === 'string') return output;
  if (!Array.isArray(output)) return '';
  return output
    .filter(isObject)
    .map((part) => textAt(part, 'text') ?? '')
    .join('');
}

/** The function tools that a request offers. */
export function offeredTools(body: JsonObject): JsonObject[] {
  if (body['tool_choice'] === 'none') return [];
  return listAt(body, 'tools')
    .filter(isObject)
    .filter((tool) => tool['type'] === 'function');
}
