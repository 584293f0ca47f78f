import { createRecording } from '../lib/recording.ts';

/** One request to the model. `answering` until it ends; `aborted` when the caller went away first. */
export type ModelRequest = {
  sequence: number;
  at: string;
  path: string;
  body: unknown;
  outcome: 'answering' | 'answered' | 'error' | 'aborted';
  status?: number;
  responseId?: string;
  answer?: unknown;
};

export type RequestLog = {
  add(request: Omit<ModelRequest, 'sequence'>): ModelRequest;
  after(sequence: number): ModelRequest[];
  clear(): void;
};

/** Numbers the requests from 1 in the order they came. */
export function createRequestLog(limit: () => number): RequestLog {
  const recording = createRecording<ModelRequest>(limit);
  let sequence = 0;
  return {
    add(request) {
      sequence += 1;
      const numbered = { sequence, ...request };
      recording.add(numbered);
      return numbered;
    },
    after: (last) => recording.entries().filter((request) => request.sequence > last),
    clear() {
      sequence = 0;
      recording.clear();
    },
  };
}
