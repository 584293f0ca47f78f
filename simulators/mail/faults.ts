import { type JsonObject, numberAt, textAt } from '../lib/json.ts';

const stages = ['connect', 'from', 'to', 'data'] as const;
const actions = ['error', 'drop', 'hang', 'delay'] as const;

/**
 * Something that goes wrong with the next `times` mails: when the client connects, names its sender or a recipient,
 * or has given the whole message (`data`). `drop` and `hang` at `data` lose the answer; the mail is not kept.
 */
export type MailFault = {
  stage: (typeof stages)[number];
  action: (typeof actions)[number];
  times: number;
  /** The SMTP reply of an `error`. */
  code: number;
  text: string;
  delayMs: number;
  /** `data` only: the mail arrives all the same. */
  isKept: boolean;
};

/** Reads a fault from a request; undefined when it makes no sense. */
export function parseMailFault(body: JsonObject): MailFault | undefined {
  const stage = stages.find((one) => one === (body['stage'] ?? 'data'));
  const action = actions.find((one) => one === body['action']);
  if (stage === undefined || action === undefined) return undefined;
  return {
    stage,
    action,
    times: numberAt(body, 'times') ?? 1,
    code: numberAt(body, 'code') ?? 451,
    text: textAt(body, 'text') ?? 'simulated fault',
    delayMs: numberAt(body, 'delayMs') ?? 0,
    isKept: body['isKept'] === true,
  };
}
