import type { ChannelAccount, ContactAddress, UnknownEvent } from '../inbound-event.ts';

/** What is known of one event before its kind is: whose account, which customer, who acted, when. */
export type EventContext = {
  account: ChannelAccount;
  customer: ContactAddress;
  /** The business's side did it: in Instagram's app, or through an API. */
  isOurs: boolean;
  /** Another app has the conversation: we are only shown it. */
  isStandby: boolean;
  at: Date;
  /** The event as it came, to be kept where it cannot be understood. */
  event: Record<string, unknown>;
};

/** An event that we keep without acting on it. */
export function unknownEvent(context: EventContext, reason: string): UnknownEvent {
  return {
    type: 'unknown',
    platform: 'instagram',
    account: context.account,
    reason,
    payload: context.event,
  };
}
