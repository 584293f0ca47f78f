import { batched } from '../../lib/batch.ts';
import { waitAtMost } from '../../lib/clock.ts';
import { errorText } from '../../lib/errors.ts';
import type { LeadRef } from '../store-lead.ts';
import { type ClaimedExtraction, claimExtractions, renewExtractions } from './claim-extractions.ts';
import { type ExtractionDeps, type ExtractionEnd, runExtraction } from './run-extraction.ts';

export type ExtractionWorkerDeps = ExtractionDeps & {
  /** How long a reading is held without being renewed; after a crash others wait this long. */
  leaseMs: number;
  /** Conversations that one process reads at once; hints wait while it is full. */
  maxAtOnce: number;
  observe: (end: string, seconds: number) => void;
  /** Called after a reading that stored something: there may be events to tell of. */
  stored: (lead: LeadRef) => Promise<void>;
  /** Asks for a conversation to be looked at again; may be lost, because the sweep finds it too. */
  lookAgain: (lead: LeadRef, inMs: number) => void;
};

/** Takes hints and reads the conversations they name. */
export interface ExtractionWorker {
  /** Takes them up as soon as there is a hand; resolves at once. What is too much, the sweep brings again. */
  take(leads: LeadRef[]): Promise<void>;
  /** Conversations that are read or wait for a hand. */
  underWay(): number;
  /** Gives back what is under way, after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const mostWaiting = 1_000;

/** A worker that reads many conversations at once. Hints that come together are claimed in one statement. */
export function createExtractionWorker(deps: ExtractionWorkerDeps): ExtractionWorker {
  const underWay = new Map<Promise<void>, ClaimedExtraction>();
  const stopping = new AbortController();
  const claim = batched<LeadRef, ClaimedExtraction | undefined>({
    maxItems: 200,
    maxConcurrent: 1,
    run: async (leads) => {
      const wanted = leads.map((one) => ({ ...one, leaseId: deps.newId('wrk') }));
      const claimed = await claimExtractions(deps.app, wanted, deps);
      const byLease = new Map(claimed.map((one) => [one.leaseId, one]));
      return wanted.map(({ leaseId }) => byLease.get(leaseId));
    },
  });
  // A job is over at once: while it waited for the model it would keep its queue, and others, from being worked on.
  const waiting = new Map<string, LeadRef>();
  let busyHands = 0;
  const takeNext = (): void => {
    for (const [conversationId, lead] of waiting) {
      if (busyHands >= deps.maxAtOnce) return;
      waiting.delete(conversationId);
      busyHands += 1;
      void takeOne(lead).finally(() => {
        busyHands -= 1;
        takeNext();
      });
    }
  };
  const takeOne = async (lead: LeadRef): Promise<void> => {
    try {
      const claimed = await claim(lead);
      if (claimed === undefined) return;
      const reading = readOne(deps, claimed, stopping.signal);
      underWay.set(reading, claimed);
      await reading.finally(() => underWay.delete(reading));
    } catch (error) {
      deps.log.warn('a lead could not be claimed; the sweep comes back to it', {
        conversationId: lead.conversationId,
        error: errorText(error),
      });
    }
  };
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay.keys());
  };
  const renewing = setInterval(() => {
    if (underWay.size === 0) return;
    renewExtractions(deps.app, [...underWay.values()], deps.leaseMs).catch((error: unknown) =>
      deps.log.warn('readings under way could not be held on to', { error: errorText(error) }),
    );
  }, deps.leaseMs / 4);
  return {
    take: async (leads) => {
      for (const lead of leads) {
        if (waiting.size < mostWaiting) waiting.set(lead.conversationId, lead);
      }
      takeNext();
    },
    underWay: () => waiting.size + busyHands,
    stop: async (graceMs) => {
      waiting.clear();
      await waitAtMost(graceMs, idle());
      stopping.abort();
      await waitAtMost(2_000, idle());
      clearInterval(renewing);
    },
  };
}

async function readOne(
  deps: ExtractionWorkerDeps,
  claimed: ClaimedExtraction,
  signal: AbortSignal,
): Promise<void> {
  const { userId, conversationId } = claimed;
  const startedAt = performance.now();
  const observe = (end: string): void => deps.observe(end, (performance.now() - startedAt) / 1_000);
  try {
    const ended = await runExtraction(deps, claimed, signal);
    observe(ended.end);
    await follow(deps, { userId, conversationId }, ended);
  } catch (error) {
    observe('failed');
    deps.log.error('reading a lead failed; it is taken up again when its lease ends', {
      userId,
      conversationId,
      error: errorText(error),
    });
  }
}

async function follow(
  deps: ExtractionWorkerDeps,
  lead: LeadRef,
  ended: ExtractionEnd,
): Promise<void> {
  if (ended.end === 'again') deps.lookAgain(lead, ended.inMs);
  if (ended.end !== 'stored') return;
  deps.log.info('lead read', {
    conversationId: lead.conversationId,
    leadStatusTag: ended.leadStatusTag,
    quotesKept: ended.quotesKept,
    quotesDropped: ended.quotesDropped,
  });
  await deps.stored(lead);
  if (!ended.isWhole) deps.lookAgain(lead, 0);
}
