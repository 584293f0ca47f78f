import { z } from 'zod';
import { ProviderId, read } from '../fields.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';

const Call = z.object({ id: ProviderId });

/** One entry of `calls`, kept whole. */
export function readCall(context: ChangeContext, entry: unknown): InboundEvent {
  const reading = read('call', Call, entry);
  if (!reading.ok) {
    return unknownPart(context, reading.reason, { call: entry });
  }
  const payload = { call: entry, ...context.surroundings };
  return { type: 'call', account: context.account, providerCallId: reading.value.id, payload };
}
