import { join } from 'node:path';
import express, {
  type Request,
  type RequestHandler,
  type Response,
  Router,
  static as serveStatic,
} from 'express';
import { z } from 'zod';
import { release } from '../conversations/release.ts';
import { takeOver } from '../conversations/take-over.ts';
import { type WriteMessageDeps, writeMessage } from '../conversations/write-message.ts';
import { type HintDeps, hint } from '../jobs/hint.ts';
import type { Pool } from '../lib/db.ts';
import { Text } from '../lib/http/fields.ts';
import { NotFound, UnsupportedMediaType } from '../lib/http/http-errors.ts';
import { IdempotencyKey } from '../lib/http/idempotency-key.ts';
import { parsePart } from '../lib/http/parse-part.ts';
import { asTenant } from '../lib/tenant.ts';
import { markOpened } from '../notifications/sending/mark-opened.ts';
import { findNotification, type OpenedNotification } from './find-notification.ts';
import { readLeadPage } from './read-lead-page.ts';

export type LeadPageDeps = WriteMessageDeps &
  HintDeps & {
    /** The folder `web/lead`. */
    root: string;
    receiver: Pool;
    now: () => Date;
    publishLook: () => void;
  };

/** A notification of one lead, whose conversation somebody may act on. */
type LeadNotification = OpenedNotification & { conversationId: string };

type Action = (deps: LeadPageDeps, notification: LeadNotification, req: Request) => Promise<void>;

/**
 * `GET /n/:token` is the page behind a notification's buttons. Whoever has the token may see that one lead and act
 * for the tenant in that one conversation. No GET changes anything, because mail scanners open every address: what is
 * done comes as a POST of JSON, which no other page can make a browser send. There are no cookies to ride on.
 */
export function leadPageRouter(deps: LeadPageDeps): Router {
  const router = Router();
  router.use('/n/:token', guard);
  router.get('/n/:token', async (req, res) => {
    const found = await findNotification(deps, req.params.token);
    const page = found === undefined ? 'gone.html' : 'index.html';
    res.status(found === undefined ? 404 : 200);
    res.sendFile(join(deps.root, page), { cacheControl: false, etag: false, lastModified: false });
  });
  router.get('/n/:token/lead.json', async (req, res) => {
    res.json(await readLeadPage(deps, await known(deps, req.params.token)));
  });
  const readJson = express.json({ limit: 100_000 });
  router.post('/n/:token/opened', onlyJson, readJson, async (req, res) => {
    await opened(deps, await known(deps, req.params.token));
    res.status(204).end();
  });
  for (const [name, act] of Object.entries(actions)) {
    router.post(`/n/:token/${name}`, onlyJson, readJson, async (req, res) => {
      await answerAction(deps, act, req, res);
    });
  }
  router.use(
    '/lead',
    serveStatic(deps.root, {
      cacheControl: false,
      index: false,
      redirect: false,
      setHeaders: (res) => res.setHeader('cache-control', 'no-cache'),
    }),
  );
  return router;
}

const actions: Record<string, Action> = {
  takeover: async ({ app, publishLook }, ref) => {
    await asTenant(app, ref.userId, (tx) => takeOver(tx, ref));
    publishLook();
  },
  release: async (deps, ref) => {
    const { isOwed } = await asTenant(deps.app, ref.userId, (tx) => release(tx, ref));
    deps.publishLook();
    if (isOwed) await hint(deps, 'replies.run', [refOf(ref)]);
  },
  messages: async (deps, ref, req) => {
    const { text } = parsePart(Written, 'body', req.body ?? {});
    const { 'idempotency-key': idempotencyKey } = parsePart(Keyed, 'header', req.headers);
    const { isNew } = await writeMessage(deps, { ...refOf(ref), text, idempotencyKey });
    if (isNew) deps.publishLook();
    await hint(deps, 'sends.run', [refOf(ref)]);
  },
};

const Written = z.strictObject({
  text: Text({ max: 20_000 }).refine((text) => text.trim() !== '', 'is empty'),
});
const Keyed = z.object({ 'idempotency-key': IdempotencyKey.optional() });

async function answerAction(
  deps: LeadPageDeps,
  act: Action,
  req: Request<{ token: string }>,
  res: Response,
): Promise<void> {
  const notification = await known(deps, req.params.token);
  const { conversationId } = notification;
  if (conversationId === null) throw new NotFound('conversation');
  await act(deps, { ...notification, conversationId }, req);
  // Who acts has seen it, even if the page never came to say so.
  await opened(deps, notification);
  res.json(await readLeadPage(deps, notification));
}

function refOf({ userId, conversationId }: LeadNotification) {
  return { userId, conversationId };
}

async function known(deps: LeadPageDeps, token: string): Promise<OpenedNotification> {
  const found = await findNotification(deps, token);
  if (found === undefined) throw new NotFound('notification');
  return found;
}

async function opened(deps: LeadPageDeps, notification: OpenedNotification): Promise<void> {
  const { userId, notificationId } = notification;
  await asTenant(deps.app, userId, (tx) =>
    markOpened(tx, { userId, notificationId, now: deps.now() }),
  );
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The address is the key: it is stored nowhere, indexed nowhere and told to nobody. */
const guard: RequestHandler = (_req, res, next) => {
  res.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex, nofollow',
  });
  next();
};

const onlyJson: RequestHandler<{ token: string }> = (req, _res, next) => {
  if (req.is('application/json') === 'application/json') next();
  else throw new UnsupportedMediaType('Send the body as application/json.');
};
