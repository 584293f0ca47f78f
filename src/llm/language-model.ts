/** One thing said or done so far, oldest first, as the model is told about it. */
export type ModelMessage =
  | { role: 'customer'; text: string; images?: { mimeType: string; base64: string }[] }
  /** What the business said, whether the AI or a person wrote it. */
  | { role: 'business'; text: string }
  /** A round in which the model asked for tools: `replay` of that answer, as it came. */
  | { role: 'tool_calls'; replay: unknown[] }
  | { role: 'tool_result'; callId: string; output: string };

/** A tool on offer. `parameters` is a strict JSON schema: every property required, no others allowed. */
export type ModelTool = {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
};

/** What an answer must look like: a strict JSON schema, every property required, no others allowed. */
export type AnswerSchema = { name: string; schema: Record<string, unknown> };

/** One question to the model; nothing of it is kept by the provider. */
export type ModelRequest = {
  model: string;
  instructions: string;
  messages: ModelMessage[];
  tools: ModelTool[];
  /** Leave out unless the prompt sets it: reasoning models refuse it. */
  temperature?: number;
  maxOutputTokens?: number;
  /** The answer is then JSON text of this form, unless it is cut off or refused: parse it before trusting it. */
  answerSchema?: AnswerSchema;
  /** Requests that begin alike should share it, such as those of one agent. */
  cacheKey: string;
  /** Stands for the customer; already hashed, at most 64 characters. */
  safetyIdentifier: string;
};

export type ModelUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number };

/** `arguments` is the JSON text the model wrote: parse it before trusting it. */
export type ModelToolCall = { callId: string; name: string; arguments: string };

/** What came back. Only `text` may be sent to a customer as it is. */
export type ModelAnswer = { responseId: string; model: string; usage: ModelUsage } & (
  | { kind: 'text'; text: string }
  | { kind: 'tool_calls'; calls: ModelToolCall[]; replay: unknown[] }
  | { kind: 'refusal'; text: string }
  | { kind: 'cut_off'; text: string; reason: string }
  | { kind: 'empty' }
);

/** Hears an answer's words for the customer as they are written. What it heard is worth nothing if the answer fails. */
export type HearText = (piece: string) => void;

/** Asks once and never repeats by itself; throws the classes of `model-errors.ts` and nothing else. */
export interface LanguageModel {
  respond(request: ModelRequest, signal: AbortSignal, hear?: HearText): Promise<ModelAnswer>;
}

/** Speech to text. The ending of `filename` tells the provider the format. Throws as a LanguageModel does. */
export interface Transcriber {
  transcribe(
    audio: { bytes: Uint8Array; mimeType: string; filename: string },
    signal: AbortSignal,
  ): Promise<{ text: string; model: string }>;
}
