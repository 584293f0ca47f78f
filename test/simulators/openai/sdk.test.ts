import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { oggVoiceNote } from '../../../simulators/meta/sample-files.ts';
import { type Harness, startHarness } from '../harness.ts';

const handOver = {
  type: 'function' as const,
  name: 'hand_over_to_human',
  description: 'Hands over',
  strict: true,
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string' } },
    required: ['reason'],
    additionalProperties: false,
  },
};

describe('the simulated Responses API with the real SDK', () => {
  let harness: Harness;
  let client: OpenAI;
  const ask = (input: OpenAI.Responses.ResponseInput, tools: OpenAI.Responses.Tool[] = []) =>
    client.responses.create({
      model: 'gpt-5.6-luna',
      instructions: 'Be kind.',
      store: false,
      input,
      tools,
    });

  beforeAll(async () => {
    harness = await startHarness();
    client = new OpenAI({
      apiKey: 'key',
      baseURL: harness.simulators.openaiBaseUrl,
      maxRetries: 0,
    });
  });
  afterAll(() => harness.close());

  it('repeats every message since the last answer', async () => {
    const response = await ask([
      { role: 'user', content: 'old' },
      { role: 'assistant', content: 'answered' },
      { role: 'user', content: 'first' },
      { role: 'user', content: [{ type: 'input_text', text: 'second' }] },
    ]);

    expect(response.output_text).toBe('You said: "first" / "second"');
    expect(response.status).toBe('completed');
    expect(response.usage?.total_tokens).toBeGreaterThan(10);
  });

  it('calls the handover tool for a person and closes after its output', async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'I want a human' }];
    const first = await ask(input, [handOver]);
    const [call] = first.output;
    if (call?.type !== 'function_call') throw new Error('no call');

    const second = await ask(
      [...input, call, { type: 'function_call_output', call_id: call.call_id, output: 'ok' }],
      [handOver],
    );

    expect(call.name).toBe('hand_over_to_human');
    expect(JSON.parse(call.arguments)).toEqual({ reason: expect.any(String) });
    expect(second.output_text).toContain('colleague');
  });

  it('refuses a call that has no output', async () => {
    const call = { type: 'function_call' as const, call_id: 'call_1', name: 'x', arguments: '{}' };

    const asked = ask([{ role: 'user', content: 'hi' }, call]);

    await expect(asked).rejects.toThrow('No tool output found for function call call_1.');
  });

  it('names rate limits and spent quotas by their codes', async () => {
    const limited = ask([{ role: 'user', content: '[[sim:error 429 rate_limit_exceeded]]' }]);
    const spent = ask([{ role: 'user', content: '[[sim:error 429 insufficient_quota]]' }]);

    await expect(limited).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    await expect(spent).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
  });

  it('streams the same text in pieces', async () => {
    const stream = await client.responses.create({
      model: 'gpt-5.6-luna',
      input: 'tell me more, please',
      stream: true,
    });
    const types: string[] = [];
    let text = '';
    let whole = '';
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.output_text.done') whole = event.text;
    }

    expect(text).toBe('You said: "tell me more, please"');
    expect(whole).toBe(text);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('accumulates streamed tool calls as the SDK expects', async () => {
    const stream = client.responses.stream({
      model: 'gpt-5.6-luna',
      input: 'a person, please',
      tools: [handOver],
    });

    const response = await stream.finalResponse();

    expect(response.output[0]).toMatchObject({ type: 'function_call', name: 'hand_over_to_human' });
  });

  it('transcribes what a sample voice note carries', async () => {
    const file = await OpenAI.toFile(oggVoiceNote('Do you deliver?'), 'note.ogg', {
      type: 'audio/ogg',
    });

    const transcription = await client.audio.transcriptions.create({
      model: 'gpt-transcribe',
      file,
    });

    expect(transcription.text).toBe('Do you deliver?');
  });

  it('lists models', async () => {
    const models = await client.models.list();

    expect(models.data.map(({ id }) => id)).toContain('gpt-5.6-luna');
  });

  it('refuses a request without a key, without a model and without input', async () => {
    const noKey = await harness.model({ model: 'm', input: 'x' }, null);
    const noModel = await harness.model({ input: 'x' });
    const noInput = await harness.model({ model: 'm' });

    expect([noKey.status, noModel.status, noInput.status]).toEqual([401, 400, 400]);
    expect(noModel.body).toMatchObject({ error: { param: 'model' } });
    expect(noInput.body).toMatchObject({ error: { param: 'input' } });
  });
});
