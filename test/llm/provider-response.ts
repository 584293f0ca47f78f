/** A response of the provider's shape, with the members we do not read left in. */
export function providerResponse(changes: Record<string, unknown> = {}) {
  return {
    id: 'resp_a1',
    object: 'response',
    created_at: 1_790_000_000,
    status: 'completed',
    model: 'gpt-test-2026-08-01',
    error: null,
    incomplete_details: null,
    output: [reasoning(), message('We open at nine.')],
    usage: {
      input_tokens: 120,
      input_tokens_details: { cached_tokens: 100 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 127,
    },
    ...changes,
  };
}

/** What a model thought, as it is replayed: unreadable to us. */
export function reasoning() {
  return { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c2VjcmV0' };
}

export function message(text: string, phase?: string) {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    ...(phase === undefined ? {} : { phase }),
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  };
}

export function functionCall(callId: string, name: string) {
  return {
    type: 'function_call',
    id: `fc_${callId}`,
    call_id: callId,
    name,
    arguments: '{"reason":"asked"}',
    status: 'completed',
  };
}
