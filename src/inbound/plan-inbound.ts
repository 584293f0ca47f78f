import type {
  CommentReceived,
  EchoReceived,
  InboundEvent,
  MessageReceived,
  StatusReceived,
} from '../channels/inbound-event.ts';
import type { NewId } from '../lib/ids.ts';
import { type AccountFacts, accountKey, type InboundFacts } from './inbound-facts.ts';
import { emptyPlan, type InboundPlan, type StatusChange } from './inbound-plan.ts';
import { knownConversation } from './known-message.ts';
import { planChange } from './plan-change.ts';
import { planOwnEcho } from './plan-echo.ts';
import { isOfErased, isPersonal } from './plan-erased.ts';
import {
  addMessage,
  type HasProfiles,
  type Planning,
  type ReplyWindowMs,
  windowAfter,
} from './plan-message.ts';
import { changeAddress, personOf, wantProfile } from './plan-person.ts';

/**
 * Decides what a batch of events writes, given what is known. Pure but for the ids it asks for: the
 * same message twice, in this batch or in the database, is planned once.
 */
export function planInbound(
  events: InboundEvent[],
  facts: InboundFacts,
  options: { newId: NewId; replyWindowMs: ReplyWindowMs; hasProfiles: HasProfiles },
): InboundPlan {
  const planning: Planning = {
    plan: emptyPlan(),
    facts,
    ...options,
    deltas: new Map(),
    people: new Map(),
    planned: new Set(),
    echoed: new Map(),
  };
  for (const event of events) planEvent(planning, event);
  return planning.plan;
}

function planEvent(planning: Planning, event: InboundEvent): void {
  if (event.type === 'unknown' || event.type === 'account_notice') {
    planning.plan.unhandled.push({
      user_id: null,
      platform: event.platform,
      kind: event.type === 'unknown' ? 'unknown' : `account_notice ${event.field}`.slice(0, 50),
      reason: event.type === 'unknown' ? event.reason : 'kept for people to read',
      payload: event.payload,
    });
    return;
  }
  const account = planning.facts.accounts.get(accountKey(event.account));
  if (account === undefined) {
    keep(planning, event, null, 'no tenant has this account');
    return;
  }
  if (isPersonal(event) && isOfErased(planning, account.userId, event)) return;
  planOfAccount(planning, account, event);
}

type EventOfAccount = Exclude<InboundEvent, { type: 'unknown' | 'account_notice' }>;

function planOfAccount(planning: Planning, account: AccountFacts, event: EventOfAccount): void {
  switch (event.type) {
    case 'call':
      keep(planning, event, account.userId, 'calls are not handled yet');
      return;
    case 'status':
      planning.plan.statuses.push(statusOf(planning, account, event));
      return;
    case 'identity_change':
      changeAddress(planning, account.userId, event);
      return;
    case 'echo':
      if (!planOwnEcho(planning, account, event)) planMessage(planning, account, event);
      return;
    case 'message':
      planMessage(planning, account, event);
      return;
    case 'comment':
      if (account.answersComments) planComment(planning, account, event);
      else keep(planning, event, account.userId, 'comments are not answered');
      return;
    default:
      if (account.agentId === null || !planChange(planning, account, event)) {
        keep(planning, event, account.userId, 'the message it is about is not known');
      }
  }
}

function statusOf(planning: Planning, account: AccountFacts, event: StatusReceived): StatusChange {
  return {
    user_id: account.userId,
    platform_message_id: event.providerMessageId,
    reference: event.reference ?? null,
    status: event.status,
    error_code: event.error?.code ?? null,
    error_message: event.error === undefined ? null : errorMessage(event.error),
    ...(event.includesEarlier === true ? { includes_earlier: true } : {}),
    ...(event.seenBy === undefined
      ? {}
      : { conversation_id: knownConversation(planning, account, [event.seenBy]) ?? null }),
    at: event.at.toISOString(),
  };
}

function planMessage(
  planning: Planning,
  account: AccountFacts,
  event: MessageReceived | EchoReceived,
): void {
  const { agentId } = account;
  if (agentId === null) {
    keep(planning, event, account.userId, 'no active agent answers for this account');
    return;
  }
  const customer = event.type === 'message' ? event.from : event.to;
  const contactId = personOf(planning, account.userId, customer);
  if (event.type === 'message') wantProfile(planning, account.userId, contactId, event);
  addMessage(planning, {
    account: { ...account, agentId },
    contactId,
    sendTo: customer.addresses[0],
    providerMessageId: event.providerMessageId,
    content: event.content,
    author: event.type === 'echo' ? 'human' : authorOf(event),
    expectsReply: event.type === 'message' && event.expectsReply,
    windowEndsAt:
      event.type === 'message' && event.content.type !== 'system'
        ? windowAfter(planning, event.account.platform, event.sentAt)
        : null,
    replyTo: event.type === 'message' ? (event.replyToProviderMessageId ?? null) : null,
    referral: event.type === 'message' ? (event.referral ?? null) : null,
    ...(event.type === 'message' ? { newConversationId: freeId(planning, event) } : {}),
    sentAt: event.sentAt,
  });
}

/** A comment is a message of its conversation, and may begin it. Nobody may be written to freely because of it. */
function planComment(planning: Planning, account: AccountFacts, event: CommentReceived): void {
  const { agentId } = account;
  if (agentId === null) return;
  addMessage(planning, {
    account: { ...account, agentId },
    contactId: personOf(planning, account.userId, event.from),
    sendTo: event.from.addresses[0],
    providerMessageId: event.providerMessageId,
    content: event.content,
    author: 'customer',
    expectsReply: true,
    windowEndsAt: null,
    replyTo: null,
    referral: event.referral ?? null,
    sentAt: event.sentAt,
  });
}

/** The id that the customer follows already, unless it was the conversation of somebody erased. */
function freeId({ facts }: Planning, { newConversationId: id }: MessageReceived) {
  return id !== undefined && facts.erased.conversations.has(id) ? undefined : id;
}

function authorOf(event: MessageReceived): 'customer' | 'system' {
  return event.content.type === 'system' ? 'system' : 'customer';
}

function keep(
  planning: Planning,
  event: EventOfAccount,
  userId: string | null,
  reason: string,
): void {
  planning.plan.unhandled.push({
    user_id: userId,
    platform: event.account.platform,
    kind: event.type,
    reason,
    payload: event,
  });
}

function errorMessage(error: { text: string; details?: string }): string {
  return error.details === undefined || error.details === error.text
    ? error.text
    : `${error.text}: ${error.details}`;
}
