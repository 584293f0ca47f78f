import type { JsonObject } from '../lib/json.ts';
import type { AccountCalendar } from './accounts.ts';
import type { Answered } from './errors.ts';
import type { GoogleFault } from './faults.ts';
import type { GoogleWorld } from './world.ts';

/** A call of a method with everything that it needs, its leave checked. */
export type Call = {
  world: GoogleWorld;
  account: string;
  /** The calendar of the path; the account's own where the path names none. */
  calendar: AccountCalendar;
  eventId: string;
  query: URLSearchParams;
  body: JsonObject;
  ifMatch: string | undefined;
  fault: GoogleFault | undefined;
  /** Where the API is, as the caller wrote it. */
  resourceUri: string;
};

/** Answers one method of the API. */
export type Method = (call: Call) => Answered;
