import { createServer, type Server } from 'node:http';
import express, { type Request } from 'express';
import { silentLog } from '../../src/lib/log.ts';
import {
  createEventFeed,
  type EventFeed,
  type EventFeedOptions,
} from '../../src/realtime/event-feed.ts';
import { eventRoutes } from '../../src/realtime/routes.ts';
import type { SignalBus } from '../../src/realtime/signal-bus.ts';

/** The realtime part of one process: its bus, its feed and a server with the route. */
export type RealtimeProcess = {
  baseUrl: string;
  bus: SignalBus;
  feed: EventFeed;
  close(): Promise<void>;
};

/** Starts one; the "key" of a tenant is its id. It looks by itself only when a test says how often. */
export async function startRealtimeProcess(
  options: Pick<EventFeedOptions, 'pool' | 'bus'> & Partial<EventFeedOptions>,
): Promise<RealtimeProcess> {
  const now = options.now ?? (() => new Date());
  const feed = createEventFeed({ log: silentLog, pollMs: 3_600_000, ...options, now });
  const app = express();
  app.use(eventRoutes({ feed, now, tenantOf }));
  const server = createServer(app);
  const baseUrl = await listen(server);
  return {
    baseUrl,
    bus: options.bus,
    feed,
    async close() {
      await feed.close();
      await options.bus.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function tenantOf(req: Request): Promise<string> {
  return (req.get('authorization') ?? '').replace('Bearer ', '');
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
