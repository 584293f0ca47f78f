import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { MessageTooLong } from '../conversations/conversation-errors.ts';
import { Id, Name, Text } from '../lib/http/fields.ts';
import { parsePart } from '../lib/http/parse-part.ts';
import type { SignalBus } from '../realtime/signal-bus.ts';
import { count, refuseOtherPages, visitorOf } from './asking-visitor.ts';
import { findSite, type Visitor } from './find-visitor.ts';
import { countVisit } from './limits.ts';
import { openSession, type SessionDeps } from './open-session.ts';
import { receiveReceipt } from './receipts.ts';
import { type UploadRouteDeps, uploadRoute } from './upload-route.ts';
import { type VisitorMessage, visitorMessages } from './visitor-message.ts';
import type { VisitorStreams } from './visitor-streams.ts';
import { TooOften } from './webchat-errors.ts';
import { writeAsVisitor } from './write-as-visitor.ts';

export type WebchatDeps = SessionDeps &
  UploadRouteDeps & {
    streams: VisitorStreams;
    signals: Pick<SignalBus, 'publishTransient'>;
    /** A message as it goes to its visitor. */
    present: (visitor: Visitor, message: VisitorMessage) => unknown;
  };

const maxTextLength = 4_000;
const maxStreamsPerVisitor = 10;

const SessionBody = z.strictObject({
  key: z.string().min(1).max(100),
  token: z.string().max(4_000).optional(),
  identity: z.string().max(8_000).optional(),
});
const FormField = Name(200).optional();
const MessageBody = z
  .strictObject({
    clientMessageId: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'is no id of a message'),
    text: Text({ max: 1_000_000 }).trim().default(''),
    attachmentIds: z.array(Id).max(10).default([]),
    form: z
      .strictObject({ name: FormField, email: FormField, phone: FormField, company: FormField })
      .optional(),
  })
  .refine(
    ({ text, attachmentIds, form }) =>
      text !== '' || attachmentIds.length > 0 || form !== undefined,
    'has neither a text nor a file nor a form',
  );
const SequenceNo = z.coerce.number().int().min(0).max(2_147_483_647);
const ListQuery = z.strictObject({
  after: SequenceNo.optional(),
  before: SequenceNo.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const ReceiptBody = z.strictObject({ status: z.enum(['delivered', 'read']), through: SequenceNo });

/** `/webchat/…`: what visitors' pages ask (docs/webchat.md). There are no cookies, so any origin may read the answers. */
export function webchatRouter(deps: WebchatDeps): Router {
  const router = Router();
  const json = express.json({ limit: 100_000 });
  router.use(allowPages);
  router.post('/sessions', json, (req, res) => session(deps, req, res));
  router.post('/messages', json, (req, res) => write(deps, req, res));
  router.get('/messages', (req, res) => list(deps, req, res));
  router.get('/events', (req, res) => follow(deps, req, res));
  router.post('/receipts', json, (req, res) => receipt(deps, req, res));
  router.post('/uploads', uploadRoute(deps));
  router.post('/typing', (req, res) => typing(deps, req, res));
  return Router().use('/webchat', router);
}

function allowPages(req: Request, res: Response, next: () => void): void {
  res.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Retry-After',
    'Cache-Control': 'no-store',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  if (req.method !== 'OPTIONS') {
    next();
    return;
  }
  res
    .status(204)
    .set({
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers':
        'Authorization, Content-Type, Last-Event-ID, X-Filename, X-Voice-Note',
      'Access-Control-Max-Age': '86400',
    })
    .end();
}

async function session(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const body = parsePart(SessionBody, 'body', req.body ?? {});
  const site = await findSite(deps.receiver, body.key);
  refuseOtherPages(site, req);
  await countVisit(deps.app, { userId: site.userId, what: 'session', ip: req.ip });
  const { session } = await openSession(deps, site, body);
  res.json(session);
}

async function write(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const visitor = await visitorOf(deps, req);
  const { text, ...body } = parsePart(MessageBody, 'body', req.body ?? {});
  if (text.length > maxTextLength) {
    throw new MessageTooLong(
      `A message has at most ${maxTextLength} characters; this one has ${text.length}.`,
    );
  }
  await count(deps, visitor, 'message', req);
  const message = await writeAsVisitor(deps, visitor, { ...body, text });
  res.status(201).json(deps.present(visitor, message));
}

async function list(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const visitor = await visitorOf(deps, req);
  const { after, before, limit } = parsePart(ListQuery, 'query', req.query);
  const { conversationId, site } = visitor;
  const range = before === undefined ? { after: after ?? 0 } : { before };
  const found = await visitorMessages(deps.app, {
    userId: site.userId,
    conversationId,
    limit: limit + 1,
    ...range,
  });
  const data = before === undefined ? found.slice(0, limit) : found.slice(-limit);
  const edge = before === undefined ? data.at(-1) : data[0];
  res.json({
    data: data.map((message) => deps.present(visitor, message)),
    nextCursor: found.length > limit && edge !== undefined ? String(edge.sequenceNo) : null,
  });
}

async function follow(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const visitor = await visitorOf(deps, req);
  const asked = req.get('last-event-id') ?? req.query['after'];
  const after =
    asked === undefined ? visitor.lastSequenceNo : parsePart(SequenceNo, 'query', asked);
  if (deps.streams.openStreamsOf(visitor.claims.address) >= maxStreamsPerVisitor) {
    throw new TooOften('Too many streams are open.', { retryAfterMs: 10_000 });
  }
  if (!res.destroyed) deps.streams.follow(visitor, res, after);
}

async function receipt(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const visitor = await visitorOf(deps, req);
  const body = parsePart(ReceiptBody, 'body', req.body ?? {});
  await count(deps, visitor, 'notice', req);
  await receiveReceipt(deps, visitor, body);
  res.status(204).end();
}

async function typing(deps: WebchatDeps, req: Request, res: Response): Promise<void> {
  const { site, conversationId, hasConversation, ...visitor } = await visitorOf(deps, req);
  await count(deps, { ...visitor, site }, 'notice', req);
  if (hasConversation) {
    const payload = { conversationId, author: 'customer' } as const;
    deps.signals.publishTransient({ userId: site.userId, kind: 'typing', payload });
  }
  res.status(204).end();
}
