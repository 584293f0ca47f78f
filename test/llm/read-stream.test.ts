import { describe, expect, it } from '@jest/globals';
import { ModelQuotaExhausted, ModelUnavailable } from '../../src/llm/model-errors.ts';
import { readStream } from '../../src/llm/read-stream.ts';
import { message, providerResponse } from './provider-response.ts';

async function* spoken(events: unknown[]): AsyncGenerator<unknown> {
  yield* events;
}

const added = (outputIndex: number, phase?: string) => ({
  type: 'response.output_item.added',
  output_index: outputIndex,
  item: message('', phase),
});
const delta = (outputIndex: number, text: string) => ({
  type: 'response.output_text.delta',
  output_index: outputIndex,
  item_id: 'msg_1',
  content_index: 0,
  delta: text,
});
const completed = { type: 'response.completed', response: providerResponse() };

async function read(events: unknown[]): Promise<{ response: unknown; heard: string[] }> {
  const heard: string[] = [];
  const response = await readStream(spoken(events), (piece) => heard.push(piece));
  return { response, heard };
}

describe('readStream', () => {
  it('tells the words as they come and answers the response that they end with', async () => {
    const { response, heard } = await read([
      { type: 'response.created', response: {} },
      added(0),
      delta(0, 'We open'),
      delta(0, ' at nine.'),
      completed,
    ]);

    expect(heard).toEqual(['We open', ' at nine.']);
    expect(response).toEqual(completed.response);
  });

  it('keeps two messages apart, as they are when they are read whole', async () => {
    const { heard } = await read([
      added(0),
      delta(0, 'One.'),
      added(1),
      delta(1, 'Two.'),
      completed,
    ]);

    expect(heard.join('')).toBe('One.\n\nTwo.');
  });

  // Seen failing with the set of silent messages taken out.
  it('keeps to itself what a model thinks aloud', async () => {
    const { heard } = await read([
      added(0, 'commentary'),
      delta(0, 'The customer wants a discount.'),
      added(1),
      delta(1, 'Gladly.'),
      completed,
    ]);

    expect(heard).toEqual(['Gladly.']);
  });

  it('passes over events that nobody knows', async () => {
    const { heard } = await read([{ type: 'response.new_thing' }, 'text', null, completed]);

    expect(heard).toEqual([]);
  });

  it('fails as the provider says', async () => {
    const events = [delta(0, 'We'), { type: 'error', code: 'insufficient_quota', message: 'no' }];

    await expect(read(events)).rejects.toThrow(ModelQuotaExhausted);
  });

  it('fails when the stream ends before its response', async () => {
    await expect(read([added(0), delta(0, 'We op')])).rejects.toThrow(ModelUnavailable);
  });
});
