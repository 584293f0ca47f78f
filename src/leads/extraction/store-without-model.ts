import type { Db } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { readBookedTimes } from '../booked-times.ts';
import { demoTimeOf } from '../complete-lead.ts';
import { readLeadSettings } from '../lead-settings.ts';
import { lockLead, nothingUnderstood, storeLead } from '../store-lead.ts';
import type { ClaimedExtraction } from './claim-extractions.ts';
import { contactDetails } from './contact-details.ts';
import { readFactsOfLead } from './facts-of-lead.ts';
import type { ExtractionFacts } from './lead-facts.ts';
import { recordEvents } from './record-events.ts';

/**
 * Stores what code knows by itself, if that is news: what was clicked and booked, that people were given the conversation,
 * the addresses that the customer wrote. Whoever writes is in the list of leads, also when no model reads them.
 */
export async function storeWithoutModel(
  newId: NewId,
  tx: Db,
  claimed: ClaimedExtraction,
  facts: ExtractionFacts,
): Promise<void> {
  const latest = await lockLead(tx, claimed);
  const profile = { name: facts.profileName, phone: facts.profilePhone };
  const found = contactDetails({
    messages: facts.messages,
    reading: { emails: [], phones: [] },
    profilePhone: facts.profilePhone,
  });
  const understood = latest?.understood ?? { ...nothingUnderstood(profile), email: found.email };
  const done = await readFactsOfLead(tx, claimed);
  const booked = await readBookedTimes(tx, claimed);
  if (
    latest !== undefined &&
    isSame(latest.facts, done) &&
    momentOf(latest.demoBookDatetime) === momentOf(demoTimeOf({ ...latest, booked }))
  ) {
    return;
  }
  const extractionId = newId('ext');
  const row = {
    ...claimed,
    extractionId,
    source: 'fact' as const,
    understood,
    setByHand: latest?.setByHand ?? {},
    facts: done,
    scoring: await readLeadSettings(tx, claimed.userId),
    extractedThrough: latest?.extractedThrough ?? facts.extractedThrough,
    model: latest?.model ?? null,
    promptVersion: latest?.promptVersion ?? null,
    costUsd: null,
  };
  const result = await storeLead(tx, row, latest);
  await recordEvents(tx, newId, { ...claimed, extractionId, ...result, newTexts: [] });
}

function momentOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

function isSame(before: object, after: object): boolean {
  const last = new Map(Object.entries(before));
  return Object.entries(after).every(([name, value]) => last.get(name) === value);
}
