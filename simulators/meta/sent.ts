import type { JsonObject } from '../lib/json.ts';
import { createRecording } from '../lib/recording.ts';

/** One call to `/messages`, as the judge of what was sent. */
export type SentCall = {
  sequence: number;
  at: string;
  kind: 'message' | 'read';
  /** `accepted`: the customer has it, whatever the caller was answered. `lost`: neither answered nor sent. */
  outcome: 'accepted' | 'refused' | 'lost';
  /** Whether the caller got the answer that belongs to the outcome. */
  answered: boolean;
  phoneNumberId: string;
  id?: string;
  to?: string;
  type?: string;
  text?: string;
  reference?: string;
  errorCode?: number;
  readMessageId?: string;
  typing?: boolean;
  body: JsonObject;
};

/** Which recorded calls to show; only accepted ones unless `outcome` says otherwise (`all`: any). */
export type SentFilter = {
  phoneNumberId?: string;
  to?: string;
  after?: number;
  kind?: string;
  outcome?: string;
};

export type SentLog = {
  add(call: Omit<SentCall, 'sequence'>): void;
  find(filter: SentFilter): SentCall[];
  clear(): void;
};

/** Numbers the calls from 1 in the order they were accepted. */
export function createSentLog(limit: () => number): SentLog {
  const recording = createRecording<SentCall>(limit);
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

function fits(call: SentCall, filter: SentFilter): boolean {
  const outcome = filter.outcome ?? 'accepted';
  return (
    (outcome === 'all' || call.outcome === outcome) &&
    (filter.phoneNumberId === undefined || call.phoneNumberId === filter.phoneNumberId) &&
    (filter.to === undefined || call.to === filter.to) &&
    (filter.kind === undefined || call.kind === filter.kind) &&
    (filter.after === undefined || call.sequence > filter.after)
  );
}
