import { z } from 'zod';
import type { HelperProcess } from '../children/helper-process.ts';
import type { Writers } from '../load/requests.ts';
import { Spread } from '../report/stats.ts';

/** The answer of a call that answers nothing. */
export const Nothing = z.null();

export const ProviderUrls = z.object({ graphUrl: z.string(), openaiBaseUrl: z.string() });

/** What the simulators have seen so far. */
export const Counters = z.object({
  atMs: z.number(),
  sendsAccepted: z.number(),
  sendsRefused: z.number(),
  reads: z.number(),
  statusesQueued: z.number(),
  webhooksPosted: z.number(),
  webhooksRefused: z.number(),
  modelRequests: z.number(),
  modelAnswers: z.number(),
});
export type Counters = z.infer<typeof Counters>;

const Posted = z.object({ latencyMs: Spread, accepted: z.number(), refused: z.number() });
const Saturated = Posted.extend({ perSecond: z.number() });
const Paced = Posted.extend({
  posts: z.array(z.object({ customer: z.string(), number: z.number(), atMs: z.number() })),
});

export type Posted = z.infer<typeof Posted>;
export type Saturated = z.infer<typeof Saturated>;
export type Paced = z.infer<typeof Paced>;

/** The load generator's process. */
export type LoadProcess = {
  pid: number;
  prepare(options: {
    port: number;
    connections: number;
    count: number;
    writers: Writers;
  }): Promise<null>;
  saturate(options: { seconds: number }): Promise<Saturated>;
  converse(options: { seconds: number; outstanding: number }): Promise<Posted>;
  pace(options: { seconds: number; perSecond: number }): Promise<Paced>;
  burst(options: { count: number }): Promise<Posted>;
};

/** Gives the load's calls their types. */
export function loadProcess(helper: HelperProcess): LoadProcess {
  return {
    pid: helper.pid,
    prepare: (options) => helper.ask('prepare', options, Nothing),
    saturate: (options) => helper.ask('saturate', options, Saturated),
    converse: (options) => helper.ask('converse', options, Posted),
    pace: (options) => helper.ask('pace', options, Paced),
    burst: (options) => helper.ask('burst', options, Posted),
  };
}
