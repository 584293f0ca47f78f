import { z } from 'zod';
import { startHelper } from '../children/helper-process.ts';
import { Spread } from '../report/stats.ts';
import { Nothing } from './helpers.ts';

const Opened = z.object({
  open: z.number(),
  firstAtMs: z.number(),
  lastAtMs: z.number(),
  refused: z.number(),
  openMs: Spread,
});
const Written = z.object({
  posts: z.array(
    z.object({
      number: z.number(),
      postedAtMs: z.number(),
      storedAtMs: z.number(),
      firstAtMs: z.number(),
      answeredAtMs: z.number(),
    }),
  ),
  refused: z.number(),
  lost: z.number(),
  counts: z.object({
    deltas: z.number(),
    messages: z.number(),
    gaps: z.number(),
    unlikeDrafts: z.number(),
    lateDeltas: z.number(),
    outOfOrder: z.number(),
  }),
});

/** How many streams are open, when the first and the last of them opened, and how many tries were refused. */
export type Opened = z.infer<typeof Opened>;
/** What became of each message, and what came over all streams meanwhile. */
export type Written = z.infer<typeof Written>;

/** The process in which the visitors of web chats are. */
export type VisitorsProcess = {
  pid: number;
  /** Gets every visitor a session. */
  arrive(options: { port: number; keys: string[]; visitors: number }): Promise<null>;
  /** Opens the streams of the first visitors at once; they come back by themselves when they are lost. */
  follow(options: { first: number }): Promise<Opened>;
  /** Lets the first visitors write at a steady rate; resolves when all are answered. */
  write(options: { first: number; seconds: number; perSecond: number }): Promise<Written>;
  /** Waits for those who lost their streams. */
  returned(): Promise<Opened>;
  leave(): Promise<null>;
  stop(): Promise<void>;
};

/** Starts a process for visitors. */
export function startVisitors(): VisitorsProcess {
  const helper = startHelper('load/visitors-process.ts');
  return {
    pid: helper.pid,
    arrive: (options) => helper.ask('arrive', options, Nothing),
    follow: (options) => helper.ask('follow', options, Opened),
    write: (options) => helper.ask('write', options, Written),
    returned: () => helper.ask('returned', null, Opened),
    leave: () => helper.ask('leave', null, Nothing),
    stop: () => helper.stop(),
  };
}
