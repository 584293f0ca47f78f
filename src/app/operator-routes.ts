import { Router } from 'express';
import type { Metrics } from '../lib/metrics.ts';
import type { CheckReadiness } from './readiness.ts';

export type OperatorRouteDeps = {
  readiness: CheckReadiness;
  metrics: Pick<Metrics, 'contentType' | 'text'>;
};

/** What operators and their machines ask: is it alive, may it get requests, how is it doing. */
export function operatorRoutes(deps: OperatorRouteDeps): Router {
  const router = Router();
  router.get('/health/live', (_req, res) => {
    res.json({ status: 'alive' });
  });
  router.get('/health/ready', async (_req, res) => {
    const faults = await deps.readiness();
    res.set('Cache-Control', 'no-store');
    if (faults.length === 0) {
      res.json({ status: 'ready' });
      return;
    }
    const problem = {
      type: 'urn:rapport:problem:health.not_ready',
      title: 'Service Unavailable',
      status: 503,
      code: 'health.not_ready',
      detail: faults.map(({ part, because }) => `${part}: ${because}`).join('; '),
      parts: faults,
    };
    res.status(503).set('Retry-After', '1').type('application/problem+json');
    res.send(JSON.stringify(problem));
  });
  router.get('/metrics', async (_req, res) => {
    res.set('Content-Type', deps.metrics.contentType).send(await deps.metrics.text());
  });
  return router;
}
