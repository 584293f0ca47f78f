import type { InboundEvent } from '../../src/channels/inbound-event.ts';
import { createIngest } from '../../src/inbound/ingest.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

/** What one server process stores events with. */
export function ingestInto(database: TestDatabase): (events: InboundEvent[]) => Promise<void> {
  return createIngest({
    receiver: database.pool('rapport_receiver'),
    vault: testVault,
    newId,
    replyWindowMs: () => 86_400_000,
    hasProfiles: (platform) => platform === 'instagram',
    quiet: { defaultMs: 1_200, capMs: 6_000, extractionIdleMs: 60_000, takeoverMinutes: 60 },
    enqueue: async () => {},
    publishLook: () => {},
    accountRefused: async () => {},
    windowRefused: async () => {},
    log: silentLog,
  });
}
