import { describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '../../src/llm/language-model.ts';
import { requestBody } from '../../src/llm/request-body.ts';
import type { OptionalParameter } from '../../src/llm/unsupported-parameters.ts';
import { functionCall, reasoning } from './provider-response.ts';

const tool = {
  name: 'hand_over_to_human',
  description: 'Gives the conversation to a person.',
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
};

const request = (changes: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'gpt-test',
  instructions: 'You answer for a bakery.',
  messages: [{ role: 'customer', text: 'Are you open?' }],
  tools: [],
  cacheKey: 'agt_1',
  safetyIdentifier: '9f86d0',
  ...changes,
});

const bodyOf = (changes: Partial<ModelRequest> = {}, without: OptionalParameter[] = []) =>
  requestBody(request(changes), {
    without: new Set(without),
    isReplayable: (item): item is object => typeof item === 'object' && item !== null,
  });

describe('requestBody', () => {
  it('asks for nothing to be stored, and sends nothing that was not asked for', () => {
    expect(bodyOf()).toEqual({
      model: 'gpt-test',
      instructions: 'You answer for a bakery.',
      input: [{ role: 'user', content: 'Are you open?' }],
      store: false,
      prompt_cache_key: 'agt_1',
      safety_identifier: '9f86d0',
    });
  });

  it('sends a temperature and a bound on the answer when they are given', () => {
    expect(bodyOf({ temperature: 0, maxOutputTokens: 800 })).toMatchObject({
      temperature: 0,
      max_output_tokens: 800,
    });
  });

  it('offers strict tools, and asks for the reasoning to carry through them', () => {
    expect(bodyOf({ tools: [tool] })).toMatchObject({
      tools: [{ ...tool, type: 'function', strict: true }],
      include: ['reasoning.encrypted_content'],
    });
  });

  it('does not ask a model for reasoning that has none', () => {
    expect(bodyOf({ tools: [tool] }, ['include'])).not.toHaveProperty('include');
  });

  it('leaves out a temperature that the model does not take', () => {
    expect(bodyOf({ temperature: 0.3 }, ['temperature'])).not.toHaveProperty('temperature');
  });

  it('tells the conversation in its order, with the tool rounds as they came', () => {
    const replay = [reasoning(), functionCall('call_1', 'hand_over_to_human')];

    const body = bodyOf({
      messages: [
        { role: 'customer', text: 'Hello' },
        { role: 'business', text: 'Hi, how can I help?' },
        { role: 'customer', text: 'A person please' },
        { role: 'tool_calls', replay },
        { role: 'tool_result', callId: 'call_1', output: '{"ok":true}' },
      ],
    });

    expect(body.input).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi, how can I help?' },
      { role: 'user', content: 'A person please' },
      ...replay,
      { type: 'function_call_output', call_id: 'call_1', output: '{"ok":true}' },
    ]);
  });

  it.each([
    ['with its caption', 'This one?', [{ type: 'input_text', text: 'This one?' }]],
    ['without one', '', []],
  ])('shows an image %s', (_what, text, caption) => {
    const images = [{ mimeType: 'image/jpeg', base64: '/9j/4A==' }];

    const image = {
      type: 'input_image',
      image_url: 'data:image/jpeg;base64,/9j/4A==',
      detail: 'auto',
    };
    expect(bodyOf({ messages: [{ role: 'customer', text, images }] }).input).toEqual([
      { role: 'user', content: [...caption, image] },
    ]);
  });
});
