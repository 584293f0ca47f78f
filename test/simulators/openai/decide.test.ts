import { describe, expect, it } from '@jest/globals';
import { decide, type ModelAnswer } from '../../../simulators/openai/decide.ts';
import { validateRequest } from '../../../simulators/openai/validate.ts';

const tool = (name: string) => ({
  type: 'function',
  name,
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string' }, level: { enum: ['a'] } },
  },
});

function answerTo(text: string, extra: Record<string, unknown> = {}): ModelAnswer {
  return decide({ model: 'm', input: [{ role: 'user', content: text }], ...extra }).answer;
}

describe('decide', () => {
  it.each([
    ['Hello!', 'Hello! How can I help you today?'],
    ['hola', '¡Hola! ¿En qué puedo ayudarte?'],
    ['Olá', 'Olá! Como posso ajudar?'],
    ['What are your opening hours?', expect.stringContaining('9:00 to 18:00')],
    ['¿Qué horario tienen?', expect.stringContaining('Abrimos')],
    ['quanto custa?', expect.stringContaining('49 euros')],
    ['How much is it?', expect.stringContaining('49 euros')],
    ['Hello from test 7', 'You said: "Hello from test 7"'],
    ['[[sim:say Exactly this.]]', 'Exactly this.'],
    ['[[sim:loop]]', 'I am here. How can I help?'],
  ])('answers %s', (text, answer) => {
    expect(answerTo(text)).toEqual({ kind: 'text', text: answer });
  });

  it('answers each message of a burst', () => {
    const input = ['Hello', 'red shoes', 'in 42'].map((content) => ({ role: 'user', content }));

    expect(decide({ model: 'm', input }).answer).toEqual({
      kind: 'text',
      text: 'Hello! How can I help you today? You said: "red shoes" / "in 42"',
    });
  });

  it('sees pictures', () => {
    const content = [
      { type: 'input_text', text: 'this one' },
      { type: 'input_image', image_url: 'https://example.com/a.png' },
    ];

    expect(decide({ model: 'm', input: [{ role: 'user', content }] }).answer).toEqual({
      kind: 'text',
      text: 'I see your picture. You said: "this one"',
    });
  });

  it('hands over only with the tool at hand', () => {
    const offered = answerTo('A person please', { tools: [tool('hand_over_to_human')] });
    const forbidden = answerTo('A person please', {
      tools: [tool('hand_over_to_human')],
      tool_choice: 'none',
    });

    expect(offered).toMatchObject({ kind: 'tools', calls: [{ name: 'hand_over_to_human' }] });
    expect(answerTo('A person please')).toMatchObject({ kind: 'text' });
    expect(forbidden).toMatchObject({ kind: 'text' });
  });

  it('calls tools by directive, several at once, then tells their results', () => {
    const text = '[[sim:tool find {"a":[1]}]] [[sim:tool count]]';
    const results = [
      { type: 'function_call', call_id: 'c', name: 'find', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'three' },
    ];

    expect(answerTo(text)).toEqual({
      kind: 'tools',
      calls: [
        { name: 'find', arguments: '{"a":[1]}' },
        { name: 'count', arguments: '{}' },
      ],
    });
    expect(
      decide({ model: 'm', input: [{ role: 'user', content: text }, ...results] }).answer,
    ).toEqual({ kind: 'text', text: 'Done. find: three' });
  });

  it('loops with arguments that fit the first tool', () => {
    const input = [
      { role: 'user', content: '[[sim:loop]]' },
      { type: 'function_call', call_id: 'c', name: 'first', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'x' },
    ];

    expect(decide({ model: 'm', input, tools: [tool('first')] }).answer).toEqual({
      kind: 'tools',
      calls: [{ name: 'first', arguments: '{"reason":"once more","level":"a"}' }],
    });
  });

  it('makes a long answer of exactly the length asked for', () => {
    for (const length of [10, 4096, 9000]) {
      const answer = answerTo(`[[sim:long ${length}]]`);
      expect('text' in answer ? answer.text.length : 0).toBe(length);
    }
  });

  it('obeys the directives for what goes wrong', () => {
    expect(answerTo('[[sim:empty]]')).toEqual({ kind: 'empty' });
    expect(answerTo('[[sim:hang]]')).toEqual({ kind: 'hang' });
    expect(answerTo('[[sim:refusal]]')).toMatchObject({ kind: 'refusal' });
    expect(answerTo('[[sim:cut_off]]')).toMatchObject({ kind: 'cut_off' });
    expect(answerTo('[[sim:error 503 overloaded]]')).toMatchObject({
      kind: 'error',
      error: { status: 503, code: 'overloaded' },
    });
    expect(decide({ model: 'm', input: '[[sim:delay 250]] hi' }).delayMs).toBe(250);
  });

  it('fills a JSON schema when one is asked for', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: ['string', 'null'] },
        score: { type: 'integer', minimum: 1 },
        level: { enum: ['low', 'high'] },
        tags: { type: 'array', items: { type: 'string' } },
      },
    };
    const format = { type: 'json_schema', name: 'lead', schema };
    const answer = answerTo('Ana', { text: { format } });

    expect('text' in answer ? JSON.parse(answer.text) : {}).toEqual({
      name: 'Ana',
      score: 1,
      level: 'low',
      tags: [],
    });
  });
});

describe('validateRequest', () => {
  const request = (extra: Record<string, unknown>) => ({ model: 'm', input: 'hi', ...extra });

  it.each([
    ['a model that does not exist', { model: 'missing-1' }, 404],
    ['an empty input', { input: [] }, 400],
    ['an unknown previous response', { previous_response_id: 'resp_1' }, 400],
    ['too small an output', { max_output_tokens: 5 }, 400],
    ['a role it does not know', { input: [{ role: 'robot', content: 'x' }] }, 400],
    [
      'user content from the assistant',
      { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      400,
    ],
    [
      'an output without its call',
      { input: [{ type: 'function_call_output', call_id: 'c' }] },
      400,
    ],
    [
      'a strict tool with an optional member',
      {
        tools: [
          {
            type: 'function',
            name: 'f',
            strict: true,
            parameters: { properties: { a: {} }, required: [], additionalProperties: false },
          },
        ],
      },
      400,
    ],
    [
      'an image that is no URL',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'a.png' }] }] },
      400,
    ],
  ])('refuses %s', (_, extra, status) => {
    expect(validateRequest(request(extra))?.status).toBe(status);
  });

  it('takes a plain request', () => {
    expect(validateRequest(request({}))).toBeUndefined();
  });
});
