import { type JsonObject, numberAt, textAt } from '../lib/json.ts';
import type { GraphError } from './errors.ts';

const targets = ['send', 'read', 'access', 'media'] as const;
const actions = [
  'error',
  'hang',
  'hang_after_send',
  'drop_before_send',
  'drop_after_send',
  'error_after_send',
  'delay',
  'statuses',
] as const;
const statusOrders = ['reversed', 'duplicated', 'before_answer', 'none', 'failed'] as const;

/** What calls a fault is for. */
export type FaultTarget = (typeof targets)[number];
/** How the statuses of a send misbehave. */
export type StatusOrder = (typeof statusOrders)[number];

/** Something that goes wrong with the next `times` matching calls. */
export type GraphFault = {
  target: FaultTarget;
  action: (typeof actions)[number];
  times: number;
  phoneNumberId?: string;
  to?: string;
  error?: GraphError;
  delayMs?: number;
  statuses?: StatusOrder;
};

/** The faults that wait for their calls. */
export type GraphFaults = {
  add(fault: GraphFault): void;
  /** The first fault that fits the call, used up by one. */
  take(call: { target: FaultTarget; phoneNumberId?: string; to?: string }): GraphFault | undefined;
  clear(): void;
};

export function createGraphFaults(): GraphFaults {
  let waiting: GraphFault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
    },
    take(call) {
      if (waiting.length === 0) return undefined;
      const fault = waiting.find((one) => fits(one, call));
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

function fits(
  fault: GraphFault,
  call: { target: FaultTarget; phoneNumberId?: string; to?: string },
): boolean {
  if (fault.target !== call.target) return false;
  if (fault.phoneNumberId !== undefined && fault.phoneNumberId !== call.phoneNumberId) return false;
  return fault.to === undefined || fault.to === call.to;
}

/** Reads a fault from a request; undefined when it makes no sense. `times` is 1 unless given. */
export function parseGraphFault(body: JsonObject): GraphFault | undefined {
  const target = targets.find((one) => one === (body['target'] ?? 'send'));
  const action = actions.find((one) => one === body['action']);
  if (target === undefined || action === undefined) return undefined;
  const statuses = statusOrders.find((one) => one === body['statuses']);
  if (action === 'statuses' && statuses === undefined) return undefined;
  const phoneNumberId = textAt(body, 'phoneNumberId');
  const to = textAt(body, 'to')?.replace(/^\+/, '');
  const delayMs = numberAt(body, 'delayMs');
  return {
    target,
    action,
    times: numberAt(body, 'times') ?? 1,
    error: parseError(body, action === 'statuses' ? 131026 : 131000),
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
    ...(to === undefined ? {} : { to }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(statuses === undefined ? {} : { statuses }),
  };
}

function parseError(body: JsonObject, defaultCode: number): GraphError {
  const httpStatus = numberAt(body, 'httpStatus');
  const subcode = numberAt(body, 'subcode');
  const details = textAt(body, 'details');
  return {
    code: numberAt(body, 'code') ?? defaultCode,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(subcode === undefined ? {} : { subcode }),
    ...(details === undefined ? {} : { details }),
  };
}
