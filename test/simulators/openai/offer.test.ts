import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../simulators/openai/decide.ts';

const tools = [
  {
    type: 'function',
    name: 'offer_link',
    parameters: {
      type: 'object',
      properties: { purpose: { type: 'string', enum: ['pricing', 'demo'] } },
    },
  },
];

type Item = { [name: string]: unknown };

const says = (content: string): Item => ({ role: 'user', content });
const answerTo = (input: Item[], extra: object = { tools }) =>
  decide({ model: 'm', input, ...extra }).answer;

describe('the simulated model', () => {
  it.each([
    ['How much is a chair?', 'pricing'],
    ['¿Cuánto cuesta una silla?', 'pricing'],
    ['Can I order today?', 'pricing'],
    ['Can I visit you?', 'demo'],
  ])('offers a page for %s', (text, purpose) => {
    expect(answerTo([says(text)])).toEqual({
      kind: 'tools',
      calls: [{ name: 'offer_link', arguments: JSON.stringify({ purpose, label: null }) }],
    });
  });

  it.each([
    ['words that no page helps with', 'Good morning', { tools }],
    ['a page that the business does not have', 'Do you have a website?', { tools }],
    ['a business without pages', 'How much is a chair?', {}],
  ])('offers none for %s', (_, text, extra) => {
    expect(answerTo([says(text)], extra)).toMatchObject({ kind: 'text' });
  });

  // Seen failing with `isOwn` taken out of closing (the customer read "Done. offer_link: …").
  it('answers the customer once it has offered, and says what a directive called', () => {
    const offered = [
      { type: 'function_call', call_id: 'c1', name: 'offer_link', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'The button will stand there.' },
    ];

    expect(answerTo([says('How much is a chair?'), ...offered])).toEqual({
      kind: 'text',
      text: expect.stringContaining('49 euros'),
    });
    expect(answerTo([says('[[sim:tool offer_link {}]] How much?'), ...offered])).toEqual({
      kind: 'text',
      text: 'Done. offer_link: The button will stand there.',
    });
  });
});
