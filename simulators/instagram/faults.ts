import { type JsonObject, numberAt, textAt } from '../lib/json.ts';
import type { InstagramError } from './errors.ts';

const targets = [
  'send',
  'action',
  'access',
  'media',
  'profile',
  'exchange',
  'refresh',
  'subscribe',
] as const;
const actions = [
  'error',
  'hang',
  'hang_after_send',
  'drop_before_send',
  'drop_after_send',
  'error_after_send',
  'delay',
  'echo',
] as const;
const echoes = ['before_answer', 'none', 'duplicated', 'altered'] as const;

/** Something that goes wrong with the next `times` calls that fit. `echo`: how the echo of a send misbehaves. */
export type InstagramFault = {
  target: (typeof targets)[number];
  action: (typeof actions)[number];
  times: number;
  accountId?: string;
  to?: string;
  error: InstagramError;
  delayMs?: number;
  echo?: (typeof echoes)[number];
};

/** Reads a fault from a request; undefined when it makes no sense. `times` is 1 unless given. */
export function parseInstagramFault(body: JsonObject): InstagramFault | undefined {
  const target = targets.find((one) => one === (body['target'] ?? 'send'));
  const action = actions.find((one) => one === body['action']);
  const echo = echoes.find((one) => one === body['echo']);
  if (target === undefined || action === undefined) return undefined;
  if (action === 'echo' && echo === undefined) return undefined;
  const accountId = textAt(body, 'accountId');
  const to = textAt(body, 'to');
  const delayMs = numberAt(body, 'delayMs');
  return {
    target,
    action,
    times: numberAt(body, 'times') ?? 1,
    error: errorOf(body),
    ...(accountId === undefined ? {} : { accountId }),
    ...(to === undefined ? {} : { to }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(echo === undefined ? {} : { echo }),
  };
}

function errorOf(body: JsonObject): InstagramError {
  const subcode = numberAt(body, 'subcode');
  const httpStatus = numberAt(body, 'httpStatus');
  return {
    code: numberAt(body, 'code') ?? 2,
    ...(subcode === undefined ? {} : { subcode }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(body['isTransient'] === true ? { isTransient: true } : {}),
  };
}
