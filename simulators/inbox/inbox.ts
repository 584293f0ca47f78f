import type { IncomingHttpHeaders } from 'node:http';
import { createFaultList, type FaultList } from '../lib/fault-list.ts';
import { type Exchange, readBody, sendBytes } from '../lib/http.ts';
import { type JsonObject, parseObject } from '../lib/json.ts';
import { createRecording, type Recording } from '../lib/recording.ts';
import type { Timers } from '../lib/timers.ts';
import type { InboxFault } from './faults.ts';
import { type InboxKind, inboxKinds, type Refusal, refusalOf } from './refusal.ts';

/** Where posts arrive: `/_inbox/slack/…`, `/_inbox/teams/…` and `/_inbox/webhook/…`. */
export const inboxPath = '/_inbox';

/** A post as it came, and what it was answered. */
export type Post = {
  sequence: number;
  at: string;
  kind: InboxKind;
  path: string;
  headers: IncomingHttpHeaders;
  /** The very text. */
  raw: string;
  /** The JSON object that it is; null when it is none. */
  body: JsonObject | null;
  /** `refused` posts showed nobody anything; `lost` ones arrived, but their answer did not. */
  outcome: 'accepted' | 'refused' | 'lost';
};

export type Inbox = {
  faults: FaultList<InboxFault>;
  posts: Recording<Post>;
  /** Answers one post as Slack, a workflow of Teams, or a receiver of webhooks would. */
  answer(exchange: Exchange): Promise<void>;
};

export function createInbox(options: {
  limit: () => number;
  now: () => number;
  timers: Timers;
}): Inbox {
  const faults = createFaultList<InboxFault>();
  const posts = createRecording<Post>(options.limit);
  let sequence = 0;

  function keep(post: Omit<Post, 'sequence' | 'at'>): void {
    sequence += 1;
    posts.add({ sequence, at: new Date(options.now()).toISOString(), ...post });
  }

  return {
    faults,
    posts,
    async answer(exchange) {
      const { path, request } = exchange;
      const kind = inboxKinds.find((one) => path.startsWith(`${inboxPath}/${one}`));
      if (kind === undefined || exchange.method !== 'POST') {
        request.resume();
        return say(exchange, kind === undefined ? 404 : 405, 'not_here');
      }
      const fault = faults.take((one) => one.path === undefined || path.includes(one.path));
      if (fault?.action === 'drop_before_read') {
        request.socket.destroy();
        return;
      }
      const raw = (await readBody(request)).toString();
      const body = parseObject(raw) ?? null;
      await options.timers.wait(fault?.delayMs ?? 0);
      const refusal = refusalOf(kind, raw, body);
      const outcome = outcomeOf(fault, refusal !== undefined);
      keep({ kind, path, headers: request.headers, raw, body, outcome });
      reply(exchange, kind, fault, refusal);
    },
  };
}

function reply(
  exchange: Exchange,
  kind: InboxKind,
  fault: InboxFault | undefined,
  refusal: Refusal | undefined,
): void {
  if (fault?.action === 'drop') exchange.request.socket.destroy();
  else if (fault?.action === 'error' || fault?.action === 'redirect') sayFault(exchange, fault);
  else if (fault?.action === 'hang') return;
  else if (refusal !== undefined) say(exchange, refusal.status, refusal.text);
  else say(exchange, kind === 'teams' ? 202 : 200, kind === 'slack' ? 'ok' : '');
}

function outcomeOf(fault: InboxFault | undefined, isRefused: boolean): Post['outcome'] {
  if (fault?.action === 'drop' || fault?.action === 'hang') return 'lost';
  const isFaulty = fault?.action === 'error' || fault?.action === 'redirect';
  return isFaulty || isRefused ? 'refused' : 'accepted';
}

function sayFault(exchange: Exchange, fault: InboxFault): void {
  const { retryAfter } = fault;
  say(exchange, fault.action === 'redirect' ? 302 : fault.status, fault.text, {
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(fault.action === 'redirect' ? { location: `${inboxPath}/webhook/redirected` } : {}),
  });
}

function say(
  { response }: Exchange,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  sendBytes(response, status, Buffer.from(text), { 'content-type': 'text/plain', ...headers });
}
