import { z } from 'zod';
import { ProviderId, read } from '../fields.ts';
import type { InboundEvent } from '../inbound-event.ts';
import { isRecord } from '../json-record.ts';
import { type ChangeContext, unknownPart } from './change-context.ts';
import { contactBook } from './customer.ts';
import { readUserIdUpdate } from './identity.ts';
import { readCall } from './read-call.ts';
import { readEcho } from './read-echo.ts';
import { readMessage } from './read-message.ts';
import { readStatus } from './read-status.ts';

/** Fields about what is said between the business and its customers. `standby` is not one: another app answers there. */
const conversationFields = new Set([
  'messages',
  'calls',
  'smb_message_echoes',
  'message_echoes',
  'user_id_update',
]);

/** Fields about the account, its numbers and templates (providers.md 1.7); `group_*` fields belong to them. */
const accountFields = new Set([
  'account_alerts',
  'account_review_update',
  'account_settings_update',
  'account_update',
  'automatic_events',
  'business_capability_update',
  'business_status_update',
  'business_username_update',
  'flows',
  'history',
  'message_template_components_update',
  'message_template_quality_update',
  'message_template_status_update',
  'partner_solutions',
  'payment_configuration_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'smb_app_state_sync',
  'template_category_update',
  'template_correct_category_detection',
  'tracking_events',
  'user_preferences',
]);

type PartReader = (context: ChangeContext, entry: unknown) => InboundEvent | InboundEvent[];

/** The lists that a change may hold, each with the reader of one entry. */
const lists: readonly (readonly [name: string, reader: PartReader])[] = [
  ['user_id_update', readUserIdUpdate],
  ['messages', readMessage],
  ['message_echoes', readEcho],
  ['statuses', readStatus],
  ['calls', readCall],
];

const Place = z.object({ metadata: z.object({ phone_number_id: ProviderId }) });

/** More contacts than this are not kept beside every part of a batch: they would be kept a thousand times. */
const MAX_KEPT_CONTACTS = 10;

/** One change of an entry: which field it is about decides how it is read. */
export function readChange(businessAccountId: unknown, change: unknown): InboundEvent[] {
  const field = isRecord(change) ? change['field'] : undefined;
  if (!isRecord(change) || typeof field !== 'string') {
    return [unknown('malformed change', businessAccountId, change)];
  }
  if (accountFields.has(field) || field.startsWith('group_')) {
    return [notice(businessAccountId, field, change['value'])];
  }
  if (!conversationFields.has(field)) {
    return [unknown('field not known', businessAccountId, change)];
  }
  return readConversationChange(businessAccountId, change);
}

function readConversationChange(
  businessAccountId: unknown,
  change: Record<string, unknown>,
): InboundEvent[] {
  const value = change['value'];
  if (!isRecord(value)) {
    return [unknown('malformed change: value', businessAccountId, change)];
  }
  const hasErrors = Array.isArray(value['errors']) && value['errors'].length > 0;
  const events = [
    ...readLists(businessAccountId, change, value),
    ...(hasErrors ? [notice(businessAccountId, 'errors', value)] : []),
  ];
  return events.length > 0
    ? events
    : [unknown('change without a known part', businessAccountId, change)];
}

function readLists(
  businessAccountId: unknown,
  change: Record<string, unknown>,
  value: Record<string, unknown>,
): InboundEvent[] {
  const present = lists.filter(([name]) => value[name] !== undefined);
  if (present.length === 0) {
    return [];
  }
  const place = read('change', Place, value);
  if (!place.ok) {
    return [unknown(place.reason, businessAccountId, change)];
  }
  const context = contextOf(place.value.metadata.phone_number_id, value);
  return present.flatMap(([name, reader]) => {
    const list = value[name];
    return Array.isArray(list)
      ? list.flatMap((entry) => reader(context, entry))
      : [unknownPart(context, `malformed change: ${name}`, { [name]: list })];
  });
}

function contextOf(accountId: string, value: Record<string, unknown>): ChangeContext {
  const { metadata, contacts } = value;
  const isFew = Array.isArray(contacts) && contacts.length <= MAX_KEPT_CONTACTS;
  return {
    account: { platform: 'whatsapp', accountId },
    book: contactBook(contacts),
    surroundings: { metadata, ...(isFew ? { contacts } : {}) },
  };
}

function notice(businessAccountId: unknown, field: string, payload: unknown): InboundEvent {
  const id = ProviderId.safeParse(businessAccountId);
  return id.success
    ? { type: 'account_notice', platform: 'whatsapp', businessAccountId: id.data, field, payload }
    : unknown('malformed entry: id', businessAccountId, { field, value: payload });
}

function unknown(reason: string, businessAccountId: unknown, change: unknown): InboundEvent {
  return { type: 'unknown', platform: 'whatsapp', reason, payload: { businessAccountId, change } };
}
