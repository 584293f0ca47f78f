import type { JsonObject } from '../lib/json.ts';

/** What is asked of Google, by the name that faults know it by. */
export const googleTargets = [
  'token',
  'revoke',
  'calendars',
  'freebusy',
  'insert',
  'get',
  'patch',
  'delete',
  'list',
  'watch',
  'stop',
] as const;
export type GoogleTarget = (typeof googleTargets)[number];

/** A request that came, and what became of it. */
export type GoogleRequest = {
  sequence: number;
  at: string;
  target: GoogleTarget | null;
  method: string;
  /** Below the host: `/calendar/v3/freeBusy`, `/token`. */
  path: string;
  query: Record<string, string | string[]>;
  /** The JSON or the form; null without one. Codes, tokens and secrets are left out of forms. */
  body: JsonObject | null;
  /** Whose token it came with. */
  account: string | null;
  /** 0 when there was no answer. */
  status: number;
  answer: JsonObject | null;
};
