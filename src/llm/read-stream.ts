import { z } from 'zod';
import { explainRefusal } from './explain-failure.ts';
import type { HearText } from './language-model.ts';
import { ModelUnavailable } from './model-errors.ts';

const Event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('response.output_item.added'),
    output_index: z.number(),
    item: z.object({ type: z.string(), phase: z.string().nullish() }),
  }),
  z.object({
    type: z.literal('response.output_text.delta'),
    output_index: z.number(),
    delta: z.string(),
  }),
  z.object({
    type: z.enum(['response.completed', 'response.incomplete', 'response.failed']),
    response: z.unknown(),
  }),
  z.object({
    type: z.literal('error'),
    code: z.string().nullish(),
    param: z.string().nullish(),
  }),
]);

/**
 * Follows the events of a streamed response (spec 2.3.0, 2026-08) and answers the response that they end with, as it
 * would have come whole. `hear` is told the words for the customer; several messages are apart as they are when they
 * are read whole. Throws a model error when the stream tells of one, or ends before the response does.
 */
export async function readStream(events: AsyncIterable<unknown>, hear: HearText): Promise<unknown> {
  const silent = new Set<number>();
  let speaking: number | undefined;
  for await (const given of events) {
    const event = Event.safeParse(given).data;
    switch (event?.type) {
      case 'response.output_item.added':
        // What a model thinks aloud is not for the customer.
        if (event.item.phase === 'commentary') silent.add(event.output_index);
        break;
      case 'response.output_text.delta':
        if (silent.has(event.output_index)) break;
        if (speaking !== undefined && speaking !== event.output_index) hear('\n\n');
        speaking = event.output_index;
        hear(event.delta);
        break;
      case 'error':
        throw explainRefusal({
          code: event.code ?? undefined,
          parameter: event.param ?? undefined,
        });
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return event.response;
    }
  }
  throw new ModelUnavailable('the model provider ended the stream before its answer');
}
