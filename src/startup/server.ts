import { createServer } from 'node:http';
import express from 'express';
import type { Context } from '../context.ts';
import { createIngest } from '../inbound/ingest.ts';
import { metaWebhookRouter } from '../inbound/meta-webhook.ts';
import { problemHandler, refuseUnknownPath } from '../lib/http/error-handler.ts';
import { requestIds } from '../lib/http/request-id.ts';
import type { DemoTenant } from './demo-tenant.ts';
import type { Installation } from './installation.ts';
import type { OpenProviders } from './providers.ts';

/** A server that answers. `close` ends its streams and waits for the requests under way. */
export type RunningServer = { port: number; url: string; close(): Promise<void> };

export type ServerDeps = {
  context: Context;
  installation: Installation;
  opened: OpenProviders;
  demo: DemoTenant | undefined;
};

/** Starts answering HTTP. */
export async function startServer(deps: ServerDeps): Promise<RunningServer> {
  const { context } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.use(metaRouter(context));
  app.use(requestIds(context.newId));
  app.get('/health/ready', (_req, res) => {
    res.json({ status: 'ready' });
  });
  app.use(refuseUnknownPath);
  app.use(problemHandler(context.log));
  const server = createServer(app);
  const { host, port } = context.config.http;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    port: actualPort,
    url: context.config.http.publicUrl ?? `http://localhost:${actualPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

function metaRouter(context: Context): express.Router {
  const { config, signals, queues, metrics } = context;
  const whatsapp = context.channelFor('whatsapp');
  const ingest = createIngest({
    ...context,
    replyWindowMs: (platform) => context.channelFor(platform).capabilities.replyWindowMs,
    quiet: { defaultMs: config.replies.quietMs, capMs: quietCapMs, takeoverMinutes: 60 },
    enqueue: queues.enqueue,
    publishLook: () => signals.publishLook(),
  });
  return metaWebhookRouter({
    verifyToken: context.providers.verifyToken,
    appSecrets: [context.providers.appSecret],
    parse: (body) => whatsapp.parse(body),
    ingest: (events) => {
      for (const { type } of events) metrics.countEvent(type);
      return ingest(events);
    },
    observeAck: metrics.observeAck,
  });
}

/** However long a burst goes on, its reply waits no longer than this. */
const quietCapMs = 6_000;
