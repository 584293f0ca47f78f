import { z } from 'zod';
import { OptionalText, ProviderTime, read } from '../fields.ts';
import type {
  ChannelAccount,
  ContactAddress,
  IdentityChanged,
  InboundEvent,
} from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';
import { addressOf } from './customer.ts';

const System = z.object({
  type: OptionalText,
  body: OptionalText,
  wa_id: OptionalText,
  user_id: OptionalText,
  previous_user_id: OptionalText,
});

const UserIdUpdate = z.object({
  user_id: z.object({ previous: z.string(), current: z.string() }),
  timestamp: ProviderTime,
});

/** The end of the notice's text; what stands before it contains a name that the customer chose. */
const CHANGED = / changed from (\S+) to (\S+)$/;

/** Further addresses of the customer whom a system message is about: it comes without `contacts`. */
export function systemAddresses(message: Record<string, unknown>): (string | undefined)[] {
  const system = systemOf(message);
  return system === undefined
    ? []
    : [previousUserId(system), ...(isChange(system.type) ? [system.wa_id, system.user_id] : [])];
}

/**
 * The changes that a system message reports: of the phone, of the business-scoped id, or of both at once. Since
 * 2026-08-11 it names the previous id; before that only its text did (changelog).
 */
export function identityChangesOf(
  event: { account: ChannelAccount; sentAt: Date },
  message: Record<string, unknown>,
): IdentityChanged[] {
  const system = systemOf(message);
  if (system === undefined || !isChange(system.type)) {
    return [];
  }
  const from = typeof message['from'] === 'string' ? message['from'] : undefined;
  const phone =
    system.type === 'user_changed_number' ? changed(event, from, system.wa_id) : undefined;
  const userId = changed(event, previousUserId(system), system.user_id);
  return [phone, userId].filter((change) => change !== undefined);
}

/** One entry of `user_id_update`. */
export function readUserIdUpdate(context: ChangeContext, entry: unknown): InboundEvent {
  const reading = read('user id update', UserIdUpdate, entry);
  if (!reading.ok) {
    return unknownPart(context, reading.reason, { userIdUpdate: entry });
  }
  const { user_id: id, timestamp } = reading.value;
  const event = { account: context.account, sentAt: timestamp };
  return (
    changed(event, id.previous, id.current) ??
    unknownPart(context, 'malformed user id update: user_id', { userIdUpdate: entry })
  );
}

function systemOf(message: Record<string, unknown>): z.infer<typeof System> | undefined {
  const system = message['type'] === 'system' ? message['system'] : undefined;
  return isRecord(system) ? System.parse(system) : undefined;
}

function isChange(type: string | undefined): boolean {
  return type === 'user_changed_number' || type === 'user_changed_user_id';
}

function previousUserId(system: z.infer<typeof System>): string | undefined {
  if (system.previous_user_id !== undefined || system.type !== 'user_changed_user_id') {
    return system.previous_user_id;
  }
  const [, previous, current] = CHANGED.exec(system.body ?? '') ?? [];
  return current !== undefined && current === system.user_id ? previous : undefined;
}

function changed(
  event: { account: ChannelAccount; sentAt: Date },
  previousValue: string | undefined,
  currentValue: string | undefined,
): IdentityChanged | undefined {
  const previous = addressOf(previousValue);
  const current = addressOf(currentValue);
  return previous === undefined || current === undefined || isSame(previous, current)
    ? undefined
    : { type: 'identity_change', account: event.account, previous, current, at: event.sentAt };
}

function isSame(one: ContactAddress, other: ContactAddress): boolean {
  return one.kind === other.kind && one.address === other.address;
}
