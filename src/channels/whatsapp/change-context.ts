import type { ChannelAccount, UnknownEvent } from '../inbound-event.ts';
import type { ContactBook } from './customer.ts';

/** What the parts of one change have in common. */
export type ChangeContext = {
  account: ChannelAccount;
  book: ContactBook;
  /** As it came, to be kept beside a part that we keep whole. */
  surroundings: { metadata?: unknown; contacts?: unknown };
};

/** A part that we keep without understanding it, with what is needed to understand it later. */
export function unknownPart(
  context: ChangeContext,
  reason: string,
  part: Record<string, unknown>,
): UnknownEvent {
  return {
    type: 'unknown',
    platform: 'whatsapp',
    account: context.account,
    reason,
    payload: { ...part, ...context.surroundings },
  };
}
