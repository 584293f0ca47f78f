import { safeJson } from '../../lib/safe-text.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type EntryPart, readChange, readMessaging } from './read-part.ts';

/** The button of Meta's dashboard sends its sample in the name of this account. */
const TEST_ENTRY = '0';

/**
 * An Instagram webhook as our events, in the order of its parts. Events come in four shapes: a list `messaging`, a list
 * `changes` of fields, one field right in the entry, and a list `standby` while another app has the conversation.
 * Never throws on any JSON value; what cannot be read becomes an `unknown` event beside its neighbours, and so does a
 * part with nothing in it, so that there is always at least one event. All text is safe to store.
 */
export function parseInstagram(body: unknown): InboundEvent[] {
  const safe = safeJson(body);
  if (!isRecord(safe) || safe['object'] !== 'instagram') {
    return [unknown('not an Instagram webhook', safe)];
  }
  const entries = safe['entry'];
  return isFilledList(entries) ? entries.flatMap(readEntry) : [unknown('no entries', safe)];
}

function readEntry(entry: unknown): InboundEvent[] {
  if (!isRecord(entry)) {
    return [unknown('malformed entry', entry)];
  }
  if (entry['id'] === TEST_ENTRY) {
    return [unknown('a test from the dashboard', entry)];
  }
  const part: EntryPart = { entryId: entry['id'], entryTime: entry['time'], isStandby: false };
  const events = [
    ...listAt(entry, 'messaging').flatMap((event) => readMessaging(part, event)),
    ...listAt(entry, 'standby').flatMap((event) =>
      readMessaging({ ...part, isStandby: true }, event),
    ),
    ...listAt(entry, 'changes').flatMap((change) => readChange(part, change)),
    ...(entry['field'] === undefined ? [] : readChange(part, entry)),
  ];
  return events.length > 0 ? events : [unknown('entry without events', entry)];
}

function listAt(entry: Record<string, unknown>, name: string): unknown[] {
  const list = entry[name];
  return Array.isArray(list) ? list : [];
}

function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function unknown(reason: string, payload: unknown): InboundEvent {
  return { type: 'unknown', platform: 'instagram', reason, payload };
}
