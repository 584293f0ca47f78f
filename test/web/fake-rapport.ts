import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Response } from 'express';
import { type DemoInfo, startPageRouter } from '../../src/start-page/router.ts';
import { conversation, onInstagram } from './fake-conversations.ts';
import { demoInfo } from './fake-demo.ts';
import { simulatorApp } from './fake-simulator.ts';

/** What the start page talks to, in memory: a test says what happens, and sees what was asked. */
export type FakeRapport = {
  url: string;
  /** What the customer wrote on the phone. */
  written: { type: string; text?: string; media?: { base64?: string } }[];
  /** What happened on the phone on Instagram. */
  instagramEvents: Record<string, unknown>[];
  /** Last-Event-ID of each stream that was opened. */
  resumedAfter: (string | undefined)[];
  /** Posts to the API, as "path body". */
  posted: string[];
  /** What /demo.json answers. */
  demo: DemoInfo;
  /** What is known of the customer as a lead; nothing at first. */
  lead: FakeLead | undefined;
  /** What the simulated mail server took. */
  mails: FakeMail[];
  /** Which mails were asked for: those after these. */
  mailsAskedAfter: string[];
  /** Tracked links that were opened, as "token destination". */
  opened: string[];
  /** The meetings that the API has. */
  meetings: FakeMeeting[];
  /** What is in the simulated Google's calendar, and what was done there by hand. */
  googleEvents: FakeEvent[];
  googleActs: Record<string, unknown>[];
  /** While true nothing is answered but the page itself. */
  isDown: boolean;
  happen(kind: string, payload: object): void;
  /** Ends every stream. */
  cut(): void;
  close(): Promise<void>;
};

const root = fileURLToPath(new URL('../../web/start', import.meta.url));

export type FakeLead = { conversationId: string; [fact: string]: unknown };
export type FakeMail = {
  sequence: number;
  at: string;
  to: string[];
  subject: string;
  text: string;
};

export type FakeMeeting = { meetingId: string; [fact: string]: unknown };
export type FakeEvent = { eventId: string; [fact: string]: unknown };

type Stored = {
  messageId: string;
  conversationId: string;
  sequenceNo: number;
  deliveryStatus: string | null;
};

/** Starts the fake rapport, and the simulator at an origin of its own. */
export async function startFakeRapport(): Promise<FakeRapport> {
  const events: { id: string; kind: string; payload: object }[] = [];
  const messages = new Map<string, Stored>();
  const streams = new Set<Response>();
  const simulator = createServer(simulatorApp(() => fake));
  const simulatorUrl = await listen(simulator);
  const app = express();
  const server = createServer(app);

  const fake: FakeRapport = {
    url: '',
    written: [],
    instagramEvents: [],
    resumedAfter: [],
    posted: [],
    demo: demoInfo(simulatorUrl),
    lead: undefined,
    mails: [],
    mailsAskedAfter: [],
    opened: [],
    meetings: [],
    googleEvents: [],
    googleActs: [],
    isDown: false,
    happen(kind, payload) {
      const event = { id: `7-${events.length + 1}`, kind, payload };
      events.push(event);
      if (kind === 'message') keep(messages, payload);
      if (kind === 'meeting') keepMeeting(fake, payload);
      for (const stream of streams) send(stream, event);
    },
    cut() {
      for (const stream of streams) stream.destroy();
    },
    async close() {
      await Promise.all([server, simulator].map(stop));
    },
  };

  app.use(startPageRouter({ root, demo: () => fake.demo }));
  app.use('/api/v1', express.json(), (_req, res, next) => {
    if (fake.isDown) res.destroy();
    else next();
  });
  app.get('/api/v1/events', (req, res) => {
    const after = req.get('last-event-id');
    fake.resumedAfter.push(after);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(`id: 7-${events.length}\n\n`);
    const missed = after === undefined ? [] : events.slice(Number(after.split('-')[1]));
    for (const event of missed) send(res, event);
    streams.add(res);
    res.on('close', () => streams.delete(res));
  });
  app.get('/api/v1/conversations', (req, res) => {
    const ids = new Set([...messages.values()].map(({ conversationId }) => conversationId));
    const data = [conversation, onInstagram].filter(
      ({ agentId, conversationId }) => agentId === req.query['agentId'] && ids.has(conversationId),
    );
    res.json({ data, nextCursor: null });
  });
  app.get('/api/v1/conversations/:id/messages', (req, res) => {
    const after = Number(req.query['after'] ?? 0);
    const data = [...messages.values()]
      .filter(({ conversationId }) => conversationId === req.params.id)
      .filter(({ sequenceNo }) => sequenceNo > after)
      .map((message) => ({ ...message, platformMessageId: `mid-of-${message.messageId}` }));
    res.json({ data, nextCursor: null });
  });
  app.get('/api/v1/meetings', (_req, res) => {
    res.json({ data: fake.meetings, nextCursor: null });
  });
  app.get('/api/v1/bookable-people', (_req, res) => {
    res.json({ data: [{ personId: 'per_1', name: 'Rita' }], nextCursor: null });
  });
  app.get('/api/v1/leads', (_req, res) => {
    res.json({ data: fake.lead === undefined ? [] : [fake.lead], nextCursor: null });
  });
  app.get('/api/v1/leads/:id', (_req, res) => {
    res.json(fake.lead);
  });
  app.patch('/api/v1/leads/:id', (req, res) => {
    fake.posted.push(`lead ${JSON.stringify(req.body)}`);
    res.json(fake.lead);
  });
  app.get('/api/v1/credits', (_req, res) => {
    res.json({ balance: 997, totalUsed: 3 });
  });
  app.post('/api/v1/conversations/:id/:action', (req, res) => {
    const { id, action } = req.params;
    const which = id === 'cnv_1' ? '' : `${id} `;
    fake.posted.push(`${which}${action} ${JSON.stringify(req.body ?? null)}`);
    const handledBy = action === 'release' ? 'ai' : 'human';
    const known = [conversation, onInstagram].find(({ conversationId }) => conversationId === id);
    res.json({ ...known, handledBy });
  });
  app.get('/widget.js', (_req, res) => {
    const told = 'document.documentElement.dataset.chat';
    res.type('js').send(`${told} = JSON.stringify(document.currentScript.dataset);`);
  });
  app.get('/r/:token', (req, res) => {
    fake.opened.push(`${req.params.token} ${req.get('sec-fetch-dest')}`);
    res.send('the page');
  });
  fake.url = await listen(server);
  return fake;
}

function keep(messages: Map<string, Stored>, payload: object): void {
  if ('messageId' in payload && typeof payload.messageId === 'string') {
    messages.set(payload.messageId, {
      conversationId: 'cnv_1',
      sequenceNo: 0,
      deliveryStatus: null,
      ...payload,
      messageId: payload.messageId,
    });
  }
}

function keepMeeting(fake: FakeRapport, payload: object): void {
  if (!('meetingId' in payload) || typeof payload.meetingId !== 'string') return;
  const meeting = { ...payload, meetingId: payload.meetingId };
  const others = fake.meetings.filter(({ meetingId }) => meetingId !== meeting.meetingId);
  fake.meetings = [...others, meeting];
}

function send(stream: Response, event: { id: string; kind: string; payload: object }): void {
  stream.write(`id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event.payload)}\n\n`);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
