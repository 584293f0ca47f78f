import { type JsonObject, numberAt, textAt } from '../lib/json.ts';
import { type ModelError, modelError } from './errors.ts';

/** `extractions` are the responses that read a lead; `responses` are all others. */
const targets = ['responses', 'extractions', 'transcriptions'] as const;
const actions = ['error', 'hang', 'drop', 'delay'] as const;

/** Something that goes wrong with the next `times` requests to the model. */
export type ModelFault = {
  target: (typeof targets)[number];
  action: (typeof actions)[number];
  times: number;
  /** Only for requests in which the customer's words contain this. */
  matching?: string;
  delayMs: number;
  error: ModelError;
};

export type ModelFaults = {
  add(fault: ModelFault): void;
  /** The first fault that fits, used up by one. */
  take(target: ModelFault['target'], texts: string[]): ModelFault | undefined;
  clear(): void;
};

export function createModelFaults(): ModelFaults {
  let waiting: ModelFault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
    },
    take(target, texts) {
      const fault = waiting.find((one) => one.target === target && fits(one, texts));
      if (fault === undefined) return undefined;
      fault.times -= 1;
      if (fault.times <= 0) waiting = waiting.filter((one) => one !== fault);
      return fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}

function fits({ matching }: ModelFault, texts: string[]): boolean {
  return matching === undefined || texts.some((text) => text.includes(matching));
}

/** Reads a fault from a request; undefined when it makes no sense. `times` is 1 unless given. */
export function parseModelFault(body: JsonObject): ModelFault | undefined {
  const target = targets.find((one) => one === (body['target'] ?? 'responses'));
  const action = actions.find((one) => one === body['action']);
  if (target === undefined || action === undefined) return undefined;
  const matching = textAt(body, 'matching');
  const retryAfterMs = numberAt(body, 'retryAfterMs');
  const error = modelError(numberAt(body, 'status') ?? 500, textAt(body, 'code') ?? 'server_error');
  return {
    target,
    action,
    times: numberAt(body, 'times') ?? 1,
    delayMs: numberAt(body, 'delayMs') ?? 0,
    error: { ...error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    ...(matching === undefined ? {} : { matching }),
  };
}
