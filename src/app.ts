import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import { type OperatorRouteDeps, operatorRoutes } from './app/operator-routes.ts';
import type { Authenticate } from './lib/http/caller.ts';
import { docsPage } from './lib/http/docs-page.ts';
import { problemHandler, refuseUnknownPath } from './lib/http/error-handler.ts';
import { mountRoutes } from './lib/http/mount-routes.ts';
import { openApiDocument } from './lib/http/openapi.ts';
import { requestIds } from './lib/http/request-id.ts';
import type { Route } from './lib/http/route.ts';
import type { NewId } from './lib/ids.ts';
import type { Log } from './lib/log.ts';

/** Where the API is. */
export const apiPath = '/api/v1';

const openApiPath = `${apiPath}/openapi.json`;

export type AppDeps = OperatorRouteDeps & {
  log: Log;
  /** How many proxies stand before us: so many of the addresses they name are believed. */
  trustedProxies: number;
  newId: NewId;
  /** Milliseconds that only go forward, such as performance.now(). */
  nowMs: () => number;
  authenticate: Authenticate;
  /** What the API does; each is mounted, checked and described by its definition. */
  routes: Route[];
  routers: {
    /** For providers, at the root: each reads the raw bytes of its bodies itself. */
    webhooks: Router[];
    /** Under the API's path, such as the event stream. */
    api: Router[];
    /** For browsers, at the root. */
    pages: Router[];
  };
};

/** The whole of HTTP, wired: what is put in is served, described and refused in one way. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustedProxies);
  // Providers come thousands of times a minute, show no pages and name their own messages: first, and bare.
  useAll(app, '/', deps.routers.webhooks);
  app.use(requestIds(deps.newId));
  app.use(secureHeaders());
  app.use(operatorRoutes(deps));
  useReference(app, deps.routes);
  useAll(app, apiPath, deps.routers.api);
  app.use(apiPath, mountRoutes(deps, deps.routes));
  useAll(app, '/', deps.routers.pages);
  app.use(refuseUnknownPath);
  app.use(problemHandler(deps.log));
  return app;
}

function useAll(app: Express, path: string, routers: Router[]): void {
  for (const router of routers) app.use(path, router);
}

function secureHeaders(): express.RequestHandler {
  // An installation may be reached over plain HTTP in its own network; helmet would send browsers to HTTPS.
  return helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
}

function useReference(app: Express, routes: Route[]): void {
  const document = openApiDocument({
    info: { title: 'rapport', version: '1', description: introduction },
    serverPath: apiPath,
    routes,
  });
  const page = docsPage(document, openApiPath);
  app.get(openApiPath, (_req, res) => {
    res.json(document);
  });
  app.get('/docs', (_req, res) => {
    res.type('html').send(page);
  });
}

const introduction = `Send your key as \`Authorization: Bearer rk_…\`. An admin sends ADMIN_API_KEY in the same way, and acts for a tenant with \`?userId=\`.

Bodies and answers are JSON. A field that a request does not have is refused by its name. Times are ISO 8601 in UTC.

Lists answer \`{ "data": […], "nextCursor": "…" | null }\`. Send \`nextCursor\` as \`?cursor=\` for the next page.

What is refused is answered as application/problem+json (RFC 9457). Programs go by its \`code\`.

\`GET ${apiPath}/events\` streams what happens as server-sent events; \`Last-Event-ID\` resumes it.`;
