import type { JsonObject } from '../lib/json.ts';
import { createRecording } from '../lib/recording.ts';

/** One call to `/messages`, as the judge of what was sent. */
export type InstagramCall = {
  sequence: number;
  at: string;
  kind: 'message' | 'action';
  /** `accepted`: the customer has it, whatever the caller was answered. `lost`: neither answered nor sent. */
  outcome: 'accepted' | 'refused' | 'lost';
  /** Whether the caller got the answer that belongs to the outcome. */
  answered: boolean;
  /** Which of the two APIs was called. */
  login: 'instagram' | 'facebook';
  accountId: string;
  id?: string;
  to?: string;
  text?: string;
  /** `mark_seen`, `typing_on`, … */
  action?: string;
  errorCode?: number;
  body: JsonObject;
};

/** Which recorded calls to show; only accepted messages unless `outcome` and `kind` say otherwise (`all`: any). */
export type InstagramFilter = {
  accountId?: string;
  to?: string;
  after?: number;
  kind?: string;
  outcome?: string;
};

export type InstagramLog = {
  add(call: Omit<InstagramCall, 'sequence'>): void;
  find(filter: InstagramFilter): InstagramCall[];
  clear(): void;
};

/** Numbers the calls from 1 in the order they were accepted. */
export function createInstagramLog(limit: () => number): InstagramLog {
  const recording = createRecording<InstagramCall>(limit);
  let sequence = 0;
  return {
    add(call) {
      sequence += 1;
      recording.add({ sequence, ...call });
    },
    find: (filter) => recording.entries().filter((call) => fits(call, filter)),
    clear() {
      sequence = 0;
      recording.clear();
    },
  };
}

function fits(call: InstagramCall, filter: InstagramFilter): boolean {
  const { outcome = 'accepted', kind = 'message' } = filter;
  return (
    (outcome === 'all' || call.outcome === outcome) &&
    (kind === 'all' || call.kind === kind) &&
    (filter.accountId === undefined || call.accountId === filter.accountId) &&
    (filter.to === undefined || call.to === filter.to) &&
    (filter.after === undefined || call.sequence > filter.after)
  );
}
