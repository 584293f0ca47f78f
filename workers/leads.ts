import type { Context } from '../src/context.ts';
import { hint } from '../src/jobs/hint.ts';
import { createExtractionWorker } from '../src/leads/extraction/extraction-worker.ts';
import type { LeadRef } from '../src/leads/store-lead.ts';
import type { WorkerGroup } from './replies.ts';

const maxAtOnce = 50;

/** Starts the workers that read conversations as leads. */
export function startLeads(context: Context): WorkerGroup {
  const { config, queues, metrics, log } = context;
  const { enqueue } = queues;
  const worker = createExtractionWorker({
    ...context,
    defaultModel: config.extraction.model,
    idleMs: config.extraction.idleMs,
    leaseMs: config.replies.leaseMs,
    maxAtOnce,
    publishLook: () => context.signals.publishLook(),
    observe: metrics.observeExtraction,
    stored: (lead: LeadRef) => hint({ enqueue, log }, 'leads.tell', [lead]),
    lookAgain: (lead, inMs) => {
      enqueue('leads.extract', { items: [lead] }, Math.ceil(inMs)).catch(ignoreLostHint);
    },
  });
  queues.work('leads', {
    'leads.extract': ({ items }) => worker.take(items),
  });
  return { stop: (graceMs) => worker.stop(graceMs) };
}

/** The sweep finds what is due. */
function ignoreLostHint(): void {}
