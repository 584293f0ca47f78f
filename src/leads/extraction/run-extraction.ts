import { createHash } from 'node:crypto';
import type { Db, Pool } from '../../lib/db.ts';
import { errorText, PermanentError, TransientError } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import type { LanguageModel } from '../../llm/language-model.ts';
import { ModelAborted, ModelQuotaExhausted } from '../../llm/model-errors.ts';
import { tellTenantOnce } from '../../notifications/notices.ts';
import { type LeadSettings, readLeadSettings } from '../lead-settings.ts';
import { lockLead, storeLead } from '../store-lead.ts';
import type { ClaimedExtraction } from './claim-extractions.ts';
import { endExtraction, giveUpExtraction, postponeExtraction } from './end-extraction.ts';
import { type ExtractedLead, extractLead, LeadUnreadable } from './extract-lead.ts';
import { currentPromptVersion } from './extraction-prompts.ts';
import { readFactsOfLead } from './facts-of-lead.ts';
import { type ExtractionFacts, hasNews, readExtractionFacts, seenThrough } from './lead-facts.ts';
import { recordEvents } from './record-events.ts';
import { recordUsage } from './record-usage.ts';
import { againInMs, isUnstorable, LeadNotStorable, maxQuickAttempts } from './retry-extraction.ts';
import { storeWithoutModel } from './store-without-model.ts';

export type ExtractionDeps = {
  app: Pool;
  newId: NewId;
  model: LanguageModel;
  random: () => number;
  now: () => Date;
  /** The model of tenants that name none. */
  defaultModel: string;
  idleMs: number;
  publishLook: () => void;
  log: Log;
};

/** What reading a conversation came to. `again`: it is due again, in so many milliseconds. */
export type ExtractionEnd =
  | {
      end: 'stored';
      leadStatusTag: string;
      quotesKept: number;
      quotesDropped: number;
      isWhole: boolean;
    }
  | { end: 'nothing_new' | 'lost' | 'gave_up' }
  | { end: 'again'; inMs: number };

/**
 * Reads one claimed conversation as a lead and stores what holds: the next row, the events that people may have
 * to be told of and the usage of the model, in one transaction, and only while the lease stands. Whatever the
 * model does is an outcome; throws when the database is gone, and the lease then ends by itself.
 */
export async function runExtraction(
  deps: ExtractionDeps,
  claimed: ClaimedExtraction,
  signal: AbortSignal,
): Promise<ExtractionEnd> {
  const facts = await readExtractionFacts(deps.app, claimed);
  if (facts === undefined) return { end: 'lost' };
  if (!hasNews(facts)) return storeFactsAlone(deps, claimed, facts);
  const settings = await asTenant(deps.app, claimed.userId, (tx) =>
    readLeadSettings(tx, claimed.userId),
  );
  try {
    const extracted = await ask(deps, facts, settings, signal);
    return await store(deps, claimed, { facts, settings, extracted });
  } catch (error) {
    return failed(deps, claimed, facts, error);
  }
}

function ask(
  deps: ExtractionDeps,
  facts: ExtractionFacts,
  settings: LeadSettings,
  signal: AbortSignal,
): Promise<ExtractedLead> {
  return extractLead(
    deps,
    {
      messages: facts.messages,
      readThrough: facts.extractedThrough,
      last: facts.last,
      profile: { name: facts.profileName, phone: facts.profilePhone },
      business: {
        agentName: facts.agentName,
        instructions: facts.instructions,
        idealCustomer: settings.idealCustomer,
      },
    },
    {
      model: settings.model ?? deps.defaultModel,
      promptVersion: currentPromptVersion,
      cacheKey: `lead-${facts.agentId}`,
      safetyIdentifier: createHash('sha256').update(facts.contactId).digest('hex'),
    },
    signal,
  );
}

async function store(
  deps: ExtractionDeps,
  claimed: ClaimedExtraction,
  read: { facts: ExtractionFacts; settings: LeadSettings; extracted: ExtractedLead },
): Promise<ExtractionEnd> {
  const { facts, settings, extracted } = read;
  const { userId, conversationId } = claimed;
  const stored = await asTenant(deps.app, userId, async (tx) => {
    const through = extracted.isWhole ? seenThrough(facts) : extracted.through;
    const ended = { extractedThrough: through, readOn: through < facts.lastSequenceNo };
    if (!(await endExtraction(tx, claimed, { ...ended, idleMs: deps.idleMs }))) return undefined;
    const latest = await lockLead(tx, claimed);
    const extractionId = deps.newId('ext');
    const costUsd = await recordUsage(tx, deps.newId, { ...extracted, userId, conversationId });
    const result = await storeLead(
      tx,
      {
        ...claimed,
        extractionId,
        source: 'model',
        understood: extracted.state,
        setByHand: latest?.setByHand ?? {},
        facts: await readFactsOfLead(tx, claimed),
        scoring: settings,
        extractedThrough: through,
        model: extracted.model,
        promptVersion: extracted.promptVersion,
        costUsd,
      },
      latest,
    );
    await recordEvents(tx, deps.newId, {
      ...claimed,
      extractionId,
      ...result,
      newTexts: facts.messages
        .filter(
          ({ from, sequenceNo }) => from === 'customer' && sequenceNo > facts.extractedThrough,
        )
        .map(({ text }) => text),
    });
    return result;
  });
  if (stored === undefined) return { end: 'lost' };
  deps.publishLook();
  return {
    end: 'stored',
    leadStatusTag: stored.lead.leadStatusTag,
    quotesKept: extracted.kept,
    quotesDropped: extracted.dropped.length,
    isWhole: extracted.isWhole,
  };
}

/** Nothing was said, but something was done: the model is not asked. */
async function storeFactsAlone(
  deps: ExtractionDeps,
  claimed: ClaimedExtraction,
  facts: ExtractionFacts,
): Promise<ExtractionEnd> {
  await asTenant(deps.app, claimed.userId, async (tx) => {
    const through = seenThrough(facts);
    const readOn = through < facts.lastSequenceNo;
    const ended = { extractedThrough: through, readOn, idleMs: deps.idleMs };
    if (await endExtraction(tx, claimed, ended))
      await storeWithoutModel(deps.newId, tx, claimed, facts);
  });
  deps.publishLook();
  return { end: 'nothing_new' };
}

async function failed(
  deps: ExtractionDeps,
  claimed: ClaimedExtraction,
  facts: ExtractionFacts,
  thrown: unknown,
): Promise<ExtractionEnd> {
  const error = isUnstorable(thrown) ? new LeadNotStorable('a value cannot be stored') : thrown;
  if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
  deps.log.warn('a conversation could not be read as a lead', {
    userId: claimed.userId,
    conversationId: claimed.conversationId,
    attempts: facts.attempts,
    code: error.code,
    error: errorText(thrown),
  });
  const inMs = againInMs(error, facts.attempts, deps.random);
  const isHeld = await asTenant(deps.app, claimed.userId, async (tx) => {
    if (error instanceof LeadUnreadable) {
      await recordUsage(tx, deps.newId, { ...claimed, ...error.spent });
    }
    if (error instanceof ModelQuotaExhausted) await tellOfQuota(tx, deps.newId, claimed.userId);
    if (inMs === null) {
      const given = { seenThrough: seenThrough(facts), idleMs: deps.idleMs };
      return giveUpExtraction(tx, claimed, given);
    }
    const countsAsAttempt = !(error instanceof ModelAborted);
    return postponeExtraction(tx, claimed, { inMs, countsAsAttempt });
  });
  if (!isHeld) return { end: 'lost' };
  // Whoever waits long to be read is in the list of leads meanwhile.
  if (inMs === null || facts.attempts === maxQuickAttempts) await list(deps, claimed, facts);
  return inMs === null ? { end: 'gave_up' } : { end: 'again', inMs };
}

async function list(
  deps: ExtractionDeps,
  claimed: ClaimedExtraction,
  facts: ExtractionFacts,
): Promise<void> {
  await asTenant(deps.app, claimed.userId, (tx) =>
    storeWithoutModel(deps.newId, tx, claimed, facts),
  );
  deps.publishLook();
}

function tellOfQuota(tx: Db, newId: NewId, userId: string): Promise<boolean> {
  return tellTenantOnce(tx, {
    newId,
    userId,
    kind: 'model_out_of_quota',
    dedupeKey: userId,
    text: 'The model provider refuses to read conversations as leads because its quota is used up: check the billing of the OpenAI account.',
    details: {},
  });
}
