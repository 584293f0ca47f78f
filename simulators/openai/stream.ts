import { type JsonObject, objectsAt, textAt } from '../lib/json.ts';

/** The server-sent events that spell a finished response, in order and numbered from 0. */
export function streamEvents(response: JsonObject): JsonObject[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const items = objectsAt(response, 'output').flatMap(itemEvents);
  const end = response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items,
    { type: end, response },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function itemEvents(item: JsonObject, outputIndex: number): JsonObject[] {
  const place = { output_index: outputIndex };
  const isCall = item['type'] === 'function_call';
  const begun = {
    ...item,
    status: 'in_progress',
    ...(isCall ? { arguments: '' } : { content: [] }),
  };
  const inner = isCall
    ? callEvents(item, outputIndex)
    : objectsAt(item, 'content').flatMap((part, contentIndex) =>
        partEvents(part, {
          item_id: item['id'],
          output_index: outputIndex,
          content_index: contentIndex,
        }),
      );
  return [
    { type: 'response.output_item.added', ...place, item: begun },
    ...inner,
    { type: 'response.output_item.done', ...place, item },
  ];
}

function callEvents(item: JsonObject, outputIndex: number): JsonObject[] {
  const place = { item_id: item['id'], output_index: outputIndex };
  const spelled = textAt(item, 'arguments') ?? '';
  return [
    ...pieces(spelled).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      ...place,
      delta,
    })),
    {
      type: 'response.function_call_arguments.done',
      ...place,
      name: item['name'],
      arguments: spelled,
    },
  ];
}

function partEvents(part: JsonObject, place: JsonObject): JsonObject[] {
  const isText = part['type'] === 'output_text';
  const key = isText ? 'text' : 'refusal';
  const event = isText ? 'response.output_text' : 'response.refusal';
  const whole = textAt(part, key) ?? '';
  const extra = isText ? { logprobs: [] } : {};
  return [
    { type: 'response.content_part.added', ...place, part: { ...part, [key]: '' } },
    ...pieces(whole).map((delta) => ({ type: `${event}.delta`, ...place, delta, ...extra })),
    { type: `${event}.done`, ...place, [key]: whole, ...extra },
    { type: 'response.content_part.done', ...place, part },
  ];
}

/** A text in pieces of a few words, as tokens arrive; together they are the text. */
function pieces(text: string): string[] {
  return text.match(/\s*\S+/g)?.concat(/\s+$/.exec(text) ?? []) ?? [];
}
