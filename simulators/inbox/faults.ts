import { type JsonObject, numberAt, textAt } from '../lib/json.ts';

const actions = ['error', 'drop', 'drop_before_read', 'hang', 'delay', 'redirect'] as const;

/**
 * Something that goes wrong with the next `times` posts. `drop` and `hang` come after the post was read, and it counts
 * as arrived; with `drop_before_read` it did not.
 */
export type InboxFault = {
  action: (typeof actions)[number];
  times: number;
  /** Only for paths that contain this. */
  path?: string;
  status: number;
  /** The body of an `error`. */
  text: string;
  retryAfter?: string;
  delayMs: number;
};

/** Reads a fault from a request; undefined when it makes no sense. */
export function parseInboxFault(body: JsonObject): InboxFault | undefined {
  const action = actions.find((one) => one === body['action']);
  if (action === undefined) return undefined;
  const path = textAt(body, 'path');
  const retryAfter = textAt(body, 'retryAfter') ?? numberAt(body, 'retryAfter')?.toString();
  return {
    action,
    times: numberAt(body, 'times') ?? 1,
    status: numberAt(body, 'status') ?? 500,
    text: textAt(body, 'text') ?? 'simulated_fault',
    delayMs: numberAt(body, 'delayMs') ?? 0,
    ...(path === undefined ? {} : { path }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
