import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { answerCalls } from '../children/calls.ts';
import { machineNowMs } from '../children/clock.ts';
import { spread } from '../report/stats.ts';
import { type Connection, openConnection } from './connection.ts';
import { createVisitor, type StreamCounts, type Visitor } from './visitor.ts';

const Arrive = z.object({ port: z.number(), keys: z.array(z.string()), visitors: z.number() });
const Follow = z.object({ first: z.number() });
const Write = z.object({ first: z.number(), seconds: z.number(), perSecond: z.number() });

type Site = { port: number; visitors: Visitor[]; connections: Connection[]; counts: StreamCounts };

/** A prime, so that visitors write in no order that an index could like. */
const stride = 7_919;
const connectionCount = 256;
const sessionsAtOnce = 16;
const patienceMs = 15_000;
/** What would come twice comes by then. */
const doubleMs = 700;

let site: Site | undefined;
let written = 0;
let lost: number[] = [];

answerCalls({
  arrive: (payload) => arrive(Arrive.parse(payload)),
  follow: (payload) => follow(Follow.parse(payload)),
  write: (payload) => write(Write.parse(payload)),
  returned: () => returned(),
  leave,
});

function current(): Site {
  if (site === undefined) throw new Error('nobody has arrived');
  return site;
}

/** Visitors open a page each, of one business after the other: a session, and no stream yet. */
async function arrive({ port, keys, visitors }: z.infer<typeof Arrive>): Promise<null> {
  const counts = {
    deltas: 0,
    messages: 0,
    gaps: 0,
    unlikeDrafts: 0,
    lateDeltas: 0,
    outOfOrder: 0,
  };
  const tokens: string[] = [];
  let next = 0;
  const openSessions = async (): Promise<void> => {
    for (let n = next++; n < visitors; n = next++) {
      tokens[n] = await openSession(port, keys[n % keys.length] ?? '');
    }
  };
  await Promise.all(Array.from({ length: sessionsAtOnce }, openSessions));
  site = {
    port,
    counts,
    visitors: tokens.map((token) => createVisitor(token, counts)),
    connections: Array.from({ length: connectionCount }, () => openConnection(port)),
  };
  return null;
}

async function openSession(port: number, key: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/webchat/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  if (answer.status !== 200) throw new Error(`no session: ${answer.status}`);
  return z.object({ token: z.string() }).parse(await answer.json()).token;
}

/** The first visitors follow their conversations, all at once. */
async function follow({ first }: z.infer<typeof Follow>) {
  const { port, visitors } = current();
  const startedAtMs = machineNowMs();
  lost = [];
  for (const visitor of visitors.slice(0, first)) {
    if (!visitor.isOpen) visitor.follow(port, (status) => lost.push(status));
  }
  return openedSince(startedAtMs, visitors.slice(0, first));
}

/** Waits until all who follow have come back after their streams were lost. */
function returned() {
  return openedSince(machineNowMs(), current().visitors);
}

async function openedSince(startedAtMs: number, visitors: Visitor[]) {
  const areBack = (): boolean => visitors.every(({ isOpen }) => isOpen);
  while (!areBack() && machineNowMs() - startedAtMs < 2 * patienceMs) await sleep(5);
  const opened = visitors.filter(({ isOpen }) => isOpen).map(({ openedAtMs }) => openedAtMs);
  return {
    open: opened.length,
    firstAtMs: Math.min(...opened),
    lastAtMs: Math.max(...opened),
    refused: lost.filter((status) => status > 0).length,
    openMs: spread(opened.map((atMs) => atMs - startedAtMs)),
  };
}

/** The first visitors write at a steady rate, whatever the answers do, each when they have had their last answer. */
async function write({ first, seconds, perSecond }: z.infer<typeof Write>) {
  const { visitors, connections, counts, port } = current();
  const writers = visitors.slice(0, first);
  const before = { ...counts };
  const [run, free] = [written, [...connections]];
  const startedAtMs = machineNowMs();
  const count = Math.round(seconds * perSecond);
  for (const visitor of visitors) visitor.posts.length = 0;
  let refused = 0;
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, startedAtMs + (n * 1_000) / perSecond - machineNowMs()));
    const visitor = freeWriter(writers, run + n);
    const connection = free.shift();
    if (connection === undefined) throw new Error('all connections wait for an answer');
    written += 1;
    const request = messageRequest(port, visitor.token, written);
    const post = {
      number: written,
      postedAtMs: machineNowMs(),
      storedAtMs: 0,
      firstAtMs: 0,
      answeredAtMs: 0,
    };
    visitor.posts.push(post);
    connection.send(request, (status) => {
      post.storedAtMs = machineNowMs();
      if (status !== 201) refused += 1;
      free.push(connection);
    });
  }
  const endsAtMs = machineNowMs() + patienceMs;
  const isDone = (): boolean =>
    writers.every((one) => !one.isWaiting()) && free.length >= connections.length;
  while (!isDone() && machineNowMs() < endsAtMs) await sleep(5);
  await sleep(doubleMs);
  const posts = writers.flatMap((visitor) => visitor.posts);
  return {
    posts,
    refused,
    lost: posts.filter(({ answeredAtMs }) => answeredAtMs === 0).length,
    counts: {
      deltas: counts.deltas - before.deltas,
      messages: counts.messages - before.messages,
      gaps: counts.gaps - before.gaps,
      unlikeDrafts: counts.unlikeDrafts - before.unlikeDrafts,
      lateDeltas: counts.lateDeltas - before.lateDeltas,
      outOfOrder: counts.outOfOrder - before.outOfOrder,
    },
  };
}

function freeWriter(writers: Visitor[], n: number): Visitor {
  for (let tried = 0; tried < writers.length; tried += 1) {
    const visitor = writers[((n + tried) * stride) % writers.length];
    if (visitor?.isOpen === true && !visitor.isWaiting()) return visitor;
  }
  throw new Error('every visitor waits for an answer');
}

function messageRequest(port: number, token: string, number: number): Buffer {
  const body = JSON.stringify({
    clientMessageId: `m-${process.pid}-${number}`,
    text: `How much is the starter package, and does it come with support? (${number})`,
  });
  return Buffer.from(
    `POST /webchat/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** Everybody closes the page; their sessions stay good. */
function leave(): null {
  for (const visitor of current().visitors) visitor.leave();
  return null;
}
