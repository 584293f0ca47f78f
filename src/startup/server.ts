import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { notificationDeps } from '../../workers/notifications.ts';
import { createAuthenticate } from '../accounts/authenticate.ts';
import { apiRoutes } from '../app/api-routes.ts';
import { createReadiness } from '../app/readiness.ts';
import { createApp } from '../app.ts';
import { reachableUrl } from '../config/public-url.ts';
import type { Context } from '../context.ts';
import { leadPageRouter } from '../lead-page/router.ts';
import { createClickRecorder } from '../leads/links/click-recorder.ts';
import { linkRouter } from '../leads/links/link-router.ts';
import { waitAtMost } from '../lib/clock.ts';
import { tenantOf } from '../lib/http/caller.ts';
import { downloadRouter } from '../media/download/router.ts';
import { changeWebhookRouter } from '../meetings/changes/webhook.ts';
import { icsLinks } from '../meetings/telling/ics-links.ts';
import { icsRouter } from '../meetings/telling/ics-router.ts';
import { sendNotification } from '../notifications/sending/send-notification.ts';
import { createEventFeed } from '../realtime/event-feed.ts';
import { eventRoutes } from '../realtime/routes.ts';
import { startPageRouter } from '../start-page/router.ts';
import { bundleWidget } from '../widget/bundle.ts';
import { createWidget } from '../widget/router.ts';
import { accountOAuthRouter } from './account-oauth.ts';
import { contextIngest } from './context-ingest.ts';
import { demoInfo } from './demo-info.ts';
import type { DemoTenant } from './demo-tenant.ts';
import type { OpenProviders } from './providers.ts';
import { openWebchat } from './webchat.ts';
import { webhookRouter } from './webhooks.ts';

/** A server that answers. `close` ends its streams and waits for the requests under way. */
export type RunningServer = { port: number; url: string; close(): Promise<void> };

export type ServerDeps = {
  context: Context;
  adminApiKey: string;
  opened: OpenProviders;
  demo: DemoTenant | undefined;
};

const startPageFiles = fileURLToPath(new URL('../../web/start', import.meta.url));
const widgetEntry = fileURLToPath(new URL('../../web/widget/main.ts', import.meta.url));
const leadPageFiles = fileURLToPath(new URL('../../web/lead', import.meta.url));

/** Starts answering HTTP; throws PortTaken when somebody else listens there. */
export async function startServer(deps: ServerDeps): Promise<RunningServer> {
  const { context } = deps;
  const { now, log } = context;
  let isStopping = false;
  const authenticate = createAuthenticate({ ...context, adminApiKey: deps.adminApiKey });
  const feed = createEventFeed({ pool: context.app, bus: context.signals, log, now });
  const ingest = contextIngest(context);
  const widget = createWidget({ bundle: () => bundleWidget(widgetEntry), log });
  const webchat = openWebchat(context, { feed, ingest });
  const recorder = createClickRecorder({ ...context, enqueue: context.queues.enqueue });
  const app = createApp({
    ...context,
    trustedProxies: context.config.http.trustedProxies,
    nowMs: () => performance.now(),
    authenticate,
    readiness: createReadiness({ sweeper: context.sweeper, isStopping: () => isStopping }),
    routes: apiRoutes({
      ...context,
      enqueue: context.queues.enqueue,
      publishLook: () => context.signals.publishLook(),
      publishPersonTyping: ({ userId, conversationId }) =>
        context.signals.publishTransient({
          userId,
          kind: 'typing',
          payload: { conversationId, author: 'human' },
        }),
      publicUrl: reachableUrl(context.config.http),
      defaultModel: context.config.openai.model,
      sendNotification: (ref) => sendNotification(notificationDeps(context), ref),
    }),
    routers: {
      webhooks: [
        webhookRouter(context, ingest),
        changeWebhookRouter({ ...context, enqueue: context.queues.enqueue }),
      ],
      api: [eventRoutes({ feed, now, tenantOf: (req) => tenantOf(authenticate, req) })],
      pages: [
        accountOAuthRouter(context),
        webchat.router,
        widget.router,
        downloadRouter({ ...context, links: context.downloads }),
        icsRouter({ ...context, links: icsLinks(context, undefined) }),
        linkRouter({ ...context, recorder }),
        startPageRouter({ root: startPageFiles, demo: () => demoInfo(deps) }),
        leadPageRouter({
          ...context,
          root: leadPageFiles,
          enqueue: context.queues.enqueue,
          publishLook: () => context.signals.publishLook(),
        }),
      ],
    },
  });
  const server = createServer(app);
  const port = await listen(server, context.config.http);
  widget.warmUp();
  return {
    port,
    url: context.config.http.publicUrl ?? `http://localhost:${port}`,
    async close() {
      isStopping = true;
      webchat.close();
      await feed.close();
      await closeServer(server);
      await waitAtMost(recordClicksMs, recorder.idle());
    },
  };
}

/** The port is in use: this is a setting to change, not a fault. */
export class PortTaken extends Error {
  readonly code = 'http.port_taken';
}

/** When a process comes back, all its streams do at once; who finds no room here waits a second for the next try. */
const backlog = 4_096;

async function listen(server: Server, http: { host: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      const told = `Port ${http.port} is in use. Stop what listens there, or set PORT to another one.`;
      reject(isTaken ? new PortTaken(told) : error);
    });
    server.listen({ host: http.host, port: http.port, backlog }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : http.port;
}

const patienceMs = 3_000;
/** For the clicks that are not stored yet. */
const recordClicksMs = 1_000;

async function closeServer(server: Server): Promise<void> {
  const impatient = setTimeout(() => server.closeAllConnections(), patienceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(impatient);
}
