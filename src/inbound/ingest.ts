import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Enqueue } from '../jobs/catalog.ts';
import { batched } from '../lib/batch.ts';
import { type Pool, sqlState } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText, TransientError } from '../lib/errors.ts';
import type { NewId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { readErasedFacts } from './erased-facts.ts';
import { hintAt } from './hints.ts';
import { readInboundFacts } from './inbound-facts.ts';
import { emptyPlan, type InboundPlan } from './inbound-plan.ts';
import { planInbound } from './plan-inbound.ts';
import type { HasProfiles, ReplyWindowMs } from './plan-message.ts';
import {
  type RefusedAccount,
  type RefusedByWindow,
  refusedAccounts,
  refusedByWindow,
} from './refusals.ts';
import type { QuietPeriod } from './store-messages.ts';
import { type StoredPlan, storePlan } from './store-plan.ts';

export type IngestDeps = {
  receiver: Pool;
  vault: Pick<Vault, 'deriveAll'>;
  newId: NewId;
  replyWindowMs: ReplyWindowMs;
  hasProfiles: HasProfiles;
  quiet: QuietPeriod;
  enqueue: Enqueue;
  publishLook: () => void;
  /** Hears of an account that the provider refuses to send for, as a status told. */
  accountRefused: (refused: RefusedAccount) => Promise<void>;
  /** Hears of a message that came too late for its reply window, as its status told. */
  windowRefused: (refused: RefusedByWindow) => Promise<void>;
  log: Log;
};

/** The events could not be committed now; the provider should deliver them again. */
export class EventsNotStored extends TransientError {
  override readonly code = 'inbound.not_stored';
}

/**
 * Makes the function that stores the events of one webhook. When its promise resolves, they are
 * committed. Events of webhooks that arrive together share their statements. What the database cannot
 * hold is kept in unhandled_events. Throws EventsNotStored when nothing can be committed.
 */
export function createIngest(deps: IngestDeps): (events: InboundEvent[]) => Promise<void> {
  const share = batched<InboundEvent[], undefined>({
    maxItems: 100,
    maxConcurrent: 2,
    isolates: () => true,
    run: async (posts) => {
      await storeAll(deps, posts.flat());
      return posts.map(() => undefined);
    },
  });
  return async (events) => {
    if (events.length === 0) return;
    try {
      await (events.length > largePost ? storeAll(deps, events) : share(events));
    } catch (error) {
      throw new EventsNotStored(`events were not committed: ${errorText(error)}`, { cause: error });
    }
  };
}

const largePost = 50;
const attempts = 6;

async function storeAll(deps: IngestDeps, events: InboundEvent[]): Promise<void> {
  try {
    await storeOnce(deps, events);
  } catch (error) {
    if (!isAboutTheData(error)) throw error;
    const [only] = events;
    if (events.length === 1 && only !== undefined) return keepWhatCannotBeStored(deps, only, error);
    for (const event of events) await storeAll(deps, [event]);
  }
}

async function storeOnce(deps: IngestDeps, events: InboundEvent[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const facts = await readInboundFacts(deps.receiver, events);
    facts.erased = await readErasedFacts(deps, events, facts);
    const plan = planInbound(events, facts, deps);
    try {
      announce(deps, plan, await storePlan(deps.receiver, plan, deps.quiet));
      await reportRefusals(deps, refusedAccounts(events, facts));
      for (const refused of refusedByWindow(events, facts)) await deps.windowRefused(refused);
      return;
    } catch (error) {
      // Somebody else stored one of these since the facts were read, or two batches met: plan anew.
      if (attempt === attempts || !isRace(error)) throw error;
    }
  }
}

function announce(deps: IngestDeps, plan: InboundPlan, stored: StoredPlan): void {
  deps.publishLook();
  for (const { name, payload, delayMs } of hintAt(plan, stored)) {
    deps.enqueue(name, payload, delayMs).catch((error: unknown) => {
      deps.log.warn('a hint was lost; the sweep will find the work', {
        job: name,
        error: errorText(error),
      });
    });
  }
}

async function reportRefusals(deps: IngestDeps, refused: RefusedAccount[]): Promise<void> {
  for (const account of refused) {
    try {
      await deps.accountRefused(account);
    } catch (error) {
      // The status is stored and the next one says it again.
      const { phoneNumberId } = account;
      deps.log.warn('a refused account was not reported', {
        phoneNumberId,
        error: errorText(error),
      });
    }
  }
}

async function keepWhatCannotBeStored(
  deps: IngestDeps,
  event: InboundEvent,
  error: unknown,
): Promise<void> {
  const code = sqlState(error) ?? 'unknown';
  deps.log.error('an event could not be stored as what it is', { type: event.type, code });
  const kept = {
    user_id: null,
    platform: 'platform' in event ? event.platform : event.account.platform,
    kind: event.type,
    reason: `could not be stored (SQLSTATE ${code})`,
    payload: { base64Json: Buffer.from(JSON.stringify(event)).toString('base64') },
  };
  await storePlan(deps.receiver, { ...emptyPlan(), unhandled: [kept] }, deps.quiet);
}

function isRace(error: unknown): boolean {
  return ['23505', '23503', '40P01', '40001'].includes(sqlState(error) ?? '');
}

function isAboutTheData(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state.startsWith('22') || state.startsWith('23') || state === '54000';
}
