import { type Request, Router } from 'express';
import type { Now } from '../lib/clock.ts';
import { PermanentError } from '../lib/errors.ts';
import type { EventFeed } from './event-feed.ts';
import { EventStream } from './event-stream.ts';
import { type Position, parsePosition } from './position.ts';

/** The id to resume after is none that we gave. */
export class BadEventPosition extends PermanentError {
  override readonly code = 'events.bad_position';
  override readonly status = 400;
}

/** A tenant has more streams open in this process than anybody needs. */
export class TooManyStreams extends PermanentError {
  override readonly code = 'events.too_many_streams';
  override readonly status = 429;
}

export type EventRoutesOptions = {
  feed: EventFeed;
  now: Now;
  /** The tenant whose key the request carries; rejects when it carries none. */
  tenantOf: (req: Request) => Promise<string>;
  maxStreamsPerTenant?: number;
};

/** `GET /events`: what happens to a tenant, as server-sent events that a client can resume. */
export function eventRoutes(options: EventRoutesOptions): Router {
  const { feed, now, tenantOf, maxStreamsPerTenant = 200 } = options;
  const router = Router();
  router.get('/events', async (req, res) => {
    const userId = await tenantOf(req);
    const asked = askedPosition(req);
    if (feed.openStreamsOf(userId) >= maxStreamsPerTenant) {
      throw new TooManyStreams(`at most ${maxStreamsPerTenant} event streams at once`);
    }
    const position = asked ?? (await feed.now());
    if (res.destroyed) return;
    feed.follow(userId, new EventStream(res, { position, openedAt: now() }));
  });
  return router;
}

function askedPosition(req: Request): Position | undefined {
  const { lastEventId } = req.query;
  const text = req.get('last-event-id') ?? (lastEventId === undefined ? '' : String(lastEventId));
  if (text === '') return undefined;
  const position = parsePosition(text);
  if (position === undefined) {
    throw new BadEventPosition('Last-Event-ID is not the id of an event of this stream');
  }
  return position;
}
