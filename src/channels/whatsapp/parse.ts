import { safeJson } from '../../lib/safe-text.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { readChange } from './read-change.ts';

/**
 * A WhatsApp webhook as our events, in the order of its parts: every entry, change, message, status, call and error
 * of a batch. Never throws on any JSON value; what cannot be read becomes an `unknown` event beside its neighbours,
 * and so does a part with nothing in it, so that there is always at least one event. All text is safe to store.
 */
export function parseWhatsApp(body: unknown): InboundEvent[] {
  const safe = safeJson(body);
  if (!isRecord(safe) || safe['object'] !== 'whatsapp_business_account') {
    return [unknown('not a WhatsApp webhook', safe)];
  }
  const entries = safe['entry'];
  return isFilledList(entries) ? entries.flatMap(readEntry) : [unknown('no entries', safe)];
}

function readEntry(entry: unknown): InboundEvent[] {
  if (!isRecord(entry) || !isFilledList(entry['changes'])) {
    return [unknown('entry without changes', entry)];
  }
  return entry['changes'].flatMap((change) => readChange(entry['id'], change));
}

function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function unknown(reason: string, payload: unknown): InboundEvent {
  return { type: 'unknown', platform: 'whatsapp', reason, payload };
}
