import { describe, expect, it } from '@jest/globals';
import { ModelUnavailable } from '../../src/llm/model-errors.ts';
import { readAnswer, readTranscript } from '../../src/llm/read-answer.ts';
import { functionCall, message, providerResponse, reasoning } from './provider-response.ts';

const read = (changes: Record<string, unknown> = {}) =>
  readAnswer(JSON.stringify(providerResponse(changes)), 'gpt-test');

describe('readAnswer', () => {
  it('reads the text, the model that answered and the tokens', () => {
    expect(read()).toEqual({
      kind: 'text',
      text: 'We open at nine.',
      responseId: 'resp_a1',
      model: 'gpt-test-2026-08-01',
      usage: { inputTokens: 120, cachedInputTokens: 100, outputTokens: 7 },
    });
  });

  it('reads the least that can be called a response', () => {
    const answer = readAnswer('{"id":"r","output":[{"type":"message","content":[]}]}', 'gpt-test');

    expect(answer).toEqual({
      kind: 'empty',
      responseId: 'r',
      model: 'gpt-test',
      usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
    });
  });

  it('replays the whole output of a round of tool calls, reasoning included, in its order', () => {
    const output = [
      reasoning(),
      functionCall('call_1', 'hand_over_to_human'),
      functionCall('call_2', 'note'),
    ];

    expect(read({ output })).toMatchObject({
      kind: 'tool_calls',
      calls: [
        { callId: 'call_1', name: 'hand_over_to_human', arguments: '{"reason":"asked"}' },
        { callId: 'call_2', name: 'note', arguments: '{"reason":"asked"}' },
      ],
      replay: output,
    });
  });

  // Seen to fail with the filter on `phase` taken out.
  it('keeps what the model mutters to itself from the customer', () => {
    const output = [
      message('Let me check the hours.', 'commentary'),
      message('At nine.', 'final_answer'),
    ];

    expect(read({ output })).toMatchObject({ kind: 'text', text: 'At nine.' });
    expect(read({ output: output.slice(0, 1) })).toMatchObject({ kind: 'empty' });
  });

  it('tells a refusal from a text, also when some text came before it', () => {
    const content = [
      { type: 'output_text', text: 'Well,' },
      { type: 'refusal', refusal: 'I cannot help with that.' },
    ];

    expect(read({ output: [{ type: 'message', content }] })).toMatchObject({
      kind: 'refusal',
      text: 'I cannot help with that.',
    });
  });

  // Seen to fail with the question for tool calls asked before the one for the status.
  it.each([
    ['text', [message('We open at')], 'We open at'],
    ['a tool call', [functionCall('call_1', 'book_meeting')], ''],
  ])('calls an incomplete answer with %s cut off', (_what, output, text) => {
    const changes = {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output,
    };

    expect(read(changes)).toMatchObject({ kind: 'cut_off', text, reason: 'max_output_tokens' });
  });

  it.each([[[]], [[reasoning()]], [[message(' \n ')]], [[{ type: 'web_search_call' }]]])(
    'calls an answer without words empty: %j',
    (output) => {
      expect(read({ output })).toMatchObject({ kind: 'empty' });
    },
  );

  it.each([
    ['server_error', 'llm.unavailable'],
    ['rate_limit_exceeded', 'llm.unavailable'],
    ['insufficient_quota', 'llm.insufficient_quota'],
    ['context_length_exceeded', 'llm.context_too_long'],
    ['invalid_prompt', 'llm.invalid_request'],
    ['image_too_large', 'llm.invalid_request'],
  ])('throws for a response that failed with %s: %s', (code, ours) => {
    const failed = { status: 'failed', output: [], error: { code, message: 'no' } };

    expect(() => read(failed)).toThrow(expect.objectContaining({ code: ours }));
  });

  it.each([
    ['no JSON', '<html>gateway</html>'],
    ['nothing', ''],
    ['no object', '[]'],
    ['a call without its id', '{"id":"r","output":[{"type":"function_call","name":"x"}]}'],
    ['a response still running', '{"id":"r","status":"queued","output":[]}'],
    ['a failure without a reason', '{"id":"r","status":"failed"}'],
  ])('throws a passing failure for %s', (_what, json) => {
    expect(() => readAnswer(json, 'gpt-test')).toThrow(
      expect.objectContaining({ code: 'llm.unavailable' }),
    );
  });
});

describe('readTranscript', () => {
  it('reads the words', () => {
    expect(readTranscript('{"text":"two croissants","usage":{"type":"tokens"}}')).toBe(
      'two croissants',
    );
  });

  it.each(['', '<html>', '{}', '{"text":null}'])('takes %j for no transcript', (json) => {
    expect(() => readTranscript(json)).toThrow(ModelUnavailable);
  });
});
