import { z } from 'zod';
import { OptionalText, ProviderId, ProviderTime, read } from '../fields.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';
import { customerOf } from './customer.ts';
import { readContent } from './read-content.ts';

const Echo = z.object({
  id: ProviderId,
  timestamp: ProviderTime,
  type: z.string(),
  to: OptionalText,
  to_user_id: OptionalText,
  group_id: OptionalText,
});

/** One entry of `message_echoes`: what a person of the business wrote in the Business app. */
export function readEcho(context: ChangeContext, entry: unknown): InboundEvent {
  const keep = (reason: string): InboundEvent => unknownPart(context, reason, { echo: entry });
  const reading = read('echo', Echo, entry);
  if (!reading.ok || !isRecord(entry)) {
    return keep(reading.ok ? 'malformed echo' : reading.reason);
  }
  const echo = reading.value;
  if (echo.group_id !== undefined) {
    return keep('group message');
  }
  const to = customerOf(context.book, echo.to, echo.to_user_id);
  if (to === undefined) {
    return keep('echo to nobody');
  }
  const content = readContent(echo.type, entry);
  if (!content.ok) {
    return keep(`echo: ${content.reason}`);
  }
  return {
    type: 'echo',
    account: context.account,
    providerMessageId: echo.id,
    to,
    content: content.value,
    sentAt: echo.timestamp,
  };
}
