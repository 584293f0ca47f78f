import type { Channel, MessageToAcknowledge } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { TurnFacts } from './turn-facts.ts';

export type AcknowledgeDeps = {
  vault: Vault;
  channelFor: (platform: Platform) => Channel;
  publishTyping: (turn: { userId: string; conversationId: string }) => void;
  log: Log;
};

/** WhatsApp shows typing for 25 s at most (providers' send API): shown again a little before. */
const typingAgainMs = 20_000;

/**
 * Shows the customer that the newest message was read and that an answer is on its way, unless that was
 * shown already, and goes on showing it for as long as the answer takes. A courtesy: its failure is logged only.
 */
export function acknowledge(
  deps: AcknowledgeDeps,
  facts: Pick<
    TurnFacts,
    | 'userId'
    | 'conversationId'
    | 'platform'
    | 'accountId'
    | 'accessToken'
    | 'phoneNumberId'
    | 'needsAcknowledgement'
    | 'isWindowOpen'
    | 'customerAddress'
    | 'timeline'
  >,
  signal: AbortSignal,
): { stop(): void } {
  const newest = facts.timeline.findLast(
    (message) => message.author === 'customer' && message.platformMessageId !== null,
  );
  const providerMessageId = newest?.platformMessageId;
  // A comment lets nobody be shown that it was read.
  if (!facts.isWindowOpen) return { stop: () => {} };
  if (providerMessageId === null || providerMessageId === undefined) return { stop: () => {} };
  const show = (): void => {
    if (signal.aborted) return;
    deps.publishTyping(facts);
    showTyping(deps, facts, { providerMessageId, from: facts.customerAddress }).catch(
      (error: unknown) =>
        deps.log.info('typing not shown', {
          conversationId: facts.conversationId,
          error: errorText(error),
        }),
    );
  };
  if (facts.needsAcknowledgement) show();
  const timer = setInterval(show, typingAgainMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Marks one message as read and shows typing; throws what the channel throws. */
export async function showTyping(
  deps: Pick<AcknowledgeDeps, 'vault' | 'channelFor'>,
  facts: Pick<TurnFacts, 'platform' | 'accountId' | 'accessToken' | 'phoneNumberId'>,
  message: MessageToAcknowledge,
): Promise<void> {
  const channel = deps.channelFor(facts.platform);
  if (!channel.capabilities.showsTyping) return;
  const accessToken = deps.vault.decrypt(facts.accessToken, facts.phoneNumberId);
  await channel.showReadAndTyping({ accountId: facts.accountId, accessToken }, message);
}
