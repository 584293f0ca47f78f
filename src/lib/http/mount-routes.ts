import express, { type Request, type RequestHandler, Router } from 'express';
import type { Log } from '../log.ts';
import { type Audience, type Authenticate, callerOf } from './caller.ts';
import { sendFile } from './file-answer.ts';
import { MethodNotAllowed, UnsupportedMediaType } from './http-errors.ts';
import { readBytes } from './read-bytes.ts';
import { requestIdOf } from './request-id.ts';
import type { Route } from './route.ts';

/** The largest body that the API reads. */
export const maxBodyBytes = 1_000_000;

export type MountDeps = { authenticate: Authenticate; log: Log; nowMs: () => number };

/** Routes as express wants them. Who asks is settled before a body is read; a method that a path lacks is 405. */
export function mountRoutes(deps: MountDeps, routes: Route[]): Router {
  const router = Router();
  const readJson = express.json({ limit: maxBodyBytes, type: ['json', '+json'] });
  for (const route of routes) {
    router[route.method](route.path, answerWith(deps, route, readJson));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes
      .filter((route) => route.path === path)
      .map((route) => route.method.toUpperCase());
    router.all(path, () => {
      throw new MethodNotAllowed(allowed);
    });
  }
  return router;
}

function answerWith(deps: MountDeps, route: Route, readJson: RequestHandler): RequestHandler {
  return async (req, res) => {
    const startedAtMs = deps.nowMs();
    const caller = await callerOf(deps.authenticate, req, route.audience);
    res.on('finish', () => {
      deps.log.info('request', {
        requestId: requestIdOf(res),
        method: req.method,
        route: route.path,
        status: res.statusCode,
        durationMs: Math.round(deps.nowMs() - startedAtMs),
        userId: caller.userId,
        isAdmin: caller.isAdmin,
      });
    });
    const answer = await route.run({
      params: req.params,
      query: queryOf(req, route.audience),
      headers: req.headers,
      body: await bodyFor(route, req, res, readJson),
      caller,
    });
    res.status(route.status).set('Cache-Control', 'no-store');
    if (route.status === 204) res.end();
    else if (route.file !== undefined) await sendFile(res, route.file, answer);
    else res.json(answer);
  };
}

/** Longer than anybody needs for the largest file on a slow line. */
const longestUploadMs = 300_000;

async function bodyFor(
  route: Route,
  req: Request,
  res: Parameters<RequestHandler>[1],
  readJson: RequestHandler,
): Promise<unknown> {
  if (route.takesBytes !== undefined) {
    return readBytes(req, res, { bytes: route.takesBytes, ms: longestUploadMs });
  }
  return takesBody(route) ? bodyOf(req, res, readJson) : {};
}

function takesBody(route: Route): boolean {
  return route.method === 'post' || route.method === 'patch';
}

/** `userId` says for whom an admin acts; where that has a meaning, no route sees it. */
function queryOf(req: Request, audience: Audience): unknown {
  if (audience !== 'tenant') return req.query;
  const { userId: _, ...query } = req.query;
  return query;
}

async function bodyOf(
  req: Request,
  res: Parameters<RequestHandler>[1],
  readJson: RequestHandler,
): Promise<unknown> {
  const hasBody = 'transfer-encoding' in req.headers || Number(req.get('content-length')) > 0;
  if (!hasBody) return {};
  if (req.is(['json', '+json']) === false) {
    throw new UnsupportedMediaType('Send the body as application/json.');
  }
  await new Promise<void>((resolve, reject) => {
    void readJson(req, res, (error: unknown) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  return req.body ?? {};
}
