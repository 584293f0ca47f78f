import type {
  CommentReceived,
  EchoReceived,
  EditReceived,
  InboundEvent,
  MessageReceived,
  ReactionReceived,
  RevokeReceived,
} from '../channels/inbound-event.ts';
import { personKey } from './inbound-facts.ts';
import { knownContact } from './known-message.ts';
import type { Planning } from './plan-message.ts';

/** Events that say something of one person. */
export type PersonalEvent =
  | MessageReceived
  | CommentReceived
  | EchoReceived
  | ReactionReceived
  | EditReceived
  | RevokeReceived;

/** Whether an event says something of one person. */
export function isPersonal(event: InboundEvent): event is PersonalEvent {
  return ['message', 'comment', 'echo', 'reaction', 'edit', 'revoke'].includes(event.type);
}

/** So long after a send that was under way its echo may come. */
const echoLeewayMs = 5 * 60_000;

/**
 * Whether an event belongs to what was erased: it was on its way then, and must not bring anybody back. What a person
 * says from then on is a new contact's; but what they take back, or feel about what is gone, is nothing at all.
 */
export function isOfErased(planning: Planning, userId: string, event: PersonalEvent): boolean {
  const { addresses } = event.type === 'echo' ? event.to : event.from;
  if (knownContact(planning, userId, addresses) !== undefined) return false;
  const erasedAt = addresses
    .map((address) => planning.facts.erased.people.get(personKey(userId, address)))
    .find((at) => at !== undefined);
  if (erasedAt === undefined) return false;
  if (event.type === 'reaction' || event.type === 'revoke') return true;
  const leewayMs = event.type === 'echo' && event.mayBeOurs === true ? echoLeewayMs : 0;
  // Providers tell whole seconds: one that is not over yet may be after.
  const surelyBeforeMs = Math.floor(erasedAt.getTime() / 1_000) * 1_000;
  return event.sentAt.getTime() < surelyBeforeMs + leewayMs;
}
