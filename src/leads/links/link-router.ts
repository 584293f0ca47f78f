import { type Response, Router } from 'express';
import { batched } from '../../lib/batch.ts';
import { waitAtMost } from '../../lib/clock.ts';
import type { Pool } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { cutText, safeText } from '../../lib/safe-text.ts';
import type { ClickRecorder } from './click-recorder.ts';
import { judgeClick, type LinkRequest } from './click-rules.ts';
import { linkPage } from './link-page.ts';
import { clickIds } from './store-clicks.ts';
import { findLinks, linkTokenForm, type TrackedLink } from './tracked-links.ts';

export type LinkRouterDeps = {
  receiver: Pool;
  newId: NewId;
  recorder: Pick<ClickRecorder, 'record'>;
  log: Log;
};

/**
 * How long a customer waits for their click to be stored. It nearly always is before they go on, so that no killed
 * process loses it; when the database is slow, the page comes first and the click behind it may be lost.
 */
const patienceMs = 300;

/**
 * `GET /r/:token` leads to the page that is stored for the token, and to no other: nothing of the request is
 * looked at but its token. HEAD is answered alike. A link that cannot be looked up now says so, and asks again.
 */
export function linkRouter(deps: LinkRouterDeps): Router {
  const find = batched<string, TrackedLink | undefined>({
    maxItems: 200,
    maxConcurrent: 1,
    maxWaiting: 2_000,
    run: (tokens) => findLinks(deps.receiver, tokens),
  });
  const router = Router();
  router.get('/r/:token', async (req, res) => {
    res.set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
    });
    const { token } = req.params;
    try {
      const link = linkTokenForm.test(token) ? await find(token) : undefined;
      if (link === undefined) return showPage(res, 404, linkPage.unknown);
      await recordClick(deps, link, req);
      res.status(302).set('Location', link.targetUrl).end();
    } catch (error) {
      deps.log.warn('a link could not be looked up', { error: errorText(error) });
      res.set('Retry-After', '3');
      showPage(res, 503, linkPage.tryAgain);
    }
  });
  return router;
}

async function recordClick(
  deps: LinkRouterDeps,
  link: TrackedLink,
  request: Pick<LinkRequest, 'method' | 'headers'>,
): Promise<void> {
  const judged = judgeClick({
    method: request.method,
    headers: request.headers,
    linkAgeMs: link.ageMs,
  });
  const userAgent = request.headers['user-agent'];
  const stored = deps.recorder.record({
    ...clickIds(deps.newId),
    userId: link.userId,
    conversationId: link.conversationId,
    purpose: link.purpose,
    kind: 'link',
    because: judged.isCounted ? null : judged.because,
    userAgent: cutText(safeText(typeof userAgent === 'string' ? userAgent : ''), 300),
  });
  if (!judged.isCounted) return;
  await waitAtMost(patienceMs, stored);
}

function showPage(res: Response, status: number, page: string): void {
  res.status(status).type('html').send(page);
}
