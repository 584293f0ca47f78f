import { z } from 'zod';
import { OptionalId, OptionalText, ProviderId, ProviderTime, read } from '../fields.ts';
import type {
  DeliveryProgress,
  InboundEvent,
  ProviderError,
  StatusReceived,
} from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';
import { refusalOf } from './errors.ts';

const StatusError = z.object({
  code: z.number().int(),
  title: OptionalText,
  message: OptionalText,
  error_data: z.object({ details: OptionalText }).optional().catch(undefined),
});

const Status = z.object({
  id: ProviderId,
  status: z.string(),
  timestamp: ProviderTime,
  biz_opaque_callback_data: OptionalId,
  errors: z.array(z.unknown()).optional().catch(undefined),
});

/** A voice message that was played was read. */
const progressOf = new Map<string, DeliveryProgress>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
  ['failed', 'failed'],
]);

/** One entry of `statuses`: the progress of a message, or of a call, which is kept for the calls. */
export function readStatus(context: ChangeContext, entry: unknown): InboundEvent {
  const reading = read('status', Status, entry);
  if (!reading.ok) {
    return unknownPart(context, reading.reason, { status: entry });
  }
  const { id, status, timestamp, biz_opaque_callback_data: reference, errors } = reading.value;
  if (isRecord(entry) && entry['type'] === 'call') {
    const payload = { status: entry, ...context.surroundings };
    return { type: 'call', account: context.account, providerCallId: id, payload };
  }
  const progress = progressOf.get(status);
  if (progress === undefined) {
    return unknownPart(context, 'status not known', { status: entry });
  }
  return {
    type: 'status',
    account: context.account,
    providerMessageId: id,
    status: progress,
    at: timestamp,
    ...(reference === undefined ? {} : { reference }),
    ...(progress === 'failed' ? failureOf(errors) : {}),
  };
}

function failureOf(errors: unknown[] | undefined): Pick<StatusReceived, 'error' | 'refusalScope'> {
  const parsed = StatusError.safeParse(errors?.[0]);
  if (!parsed.success) {
    return {};
  }
  const { code, title, message, error_data: data } = parsed.data;
  const text = title ?? message ?? '';
  const error: ProviderError =
    data?.details === undefined ? { code, text } : { code, text, details: data.details };
  const refusal = refusalOf(code);
  return refusal?.kind === 'retry'
    ? { error }
    : { error, refusalScope: refusal?.scope ?? 'message' };
}
