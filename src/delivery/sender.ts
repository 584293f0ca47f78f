import type { Channel, OutboundMessage, SendingAccount, SendOutcome } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import { withoutToken } from '../channels/without-token.ts';
import { batched } from '../lib/batch.ts';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText } from '../lib/errors.ts';
import type { NewId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import { afterSend, type SendConsequence } from './after-send.ts';
import { type ClaimedSend, type ConversationRef, claimSends } from './claim-sends.ts';
import { closeReplyWindow, markAccountBroken } from './consequences.ts';
import { messageToSend, withAddress } from './message-to-send.ts';
import { nextSendsDue } from './next-sends-due.ts';
import { recordSends, type SendToRecord } from './record-sends.ts';

export type SenderDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  channelFor: (platform: Platform) => Channel;
  downloads: Pick<DownloadLinks, 'urlOf'>;
  settleMs: number;
  random: () => number;
  publishLook: () => void;
  observeSend: (outcome: string) => void;
  /** Asks for a conversation to be looked at again; may be lost, because the sweep finds it too. */
  lookAgain: (conversation: ConversationRef, inMs: number) => void;
  log: Log;
};

/** Sends what conversations have stored and not sent, each in its order. */
export type SendOwed = (conversation: ConversationRef) => Promise<void>;

/** No template and no open window: what WhatsApp itself answers to such a send. */
const windowClosed: SendOutcome = {
  outcome: 'refused',
  scope: 'reply_window',
  error: {
    code: 131_047,
    text: 'The reply window is closed and the agent has no template to send instead',
  },
};

/**
 * Makes the function that sends one conversation's messages until none may go now, and that asks to be
 * called again when the next one may. Calls at the same time share their statements. It never throws for what a provider answers; it throws when the database
 * is gone, and then the sweep comes back to the messages.
 */
export function createSender(deps: SenderDeps): SendOwed {
  const claim = batched<ConversationRef, ClaimedSend | undefined>({
    maxItems: 200,
    maxConcurrent: 2,
    run: async (wanted) => {
      const limits = { settleMs: deps.settleMs, messagesPerSecond: defaultMessagesPerSecond };
      const claimed = new Map(
        (await claimSends(deps.app, wanted, limits)).map((one) => [one.conversationId, one]),
      );
      return wanted.map(({ conversationId }) => {
        const mine = claimed.get(conversationId);
        claimed.delete(conversationId);
        return mine;
      });
    },
  });
  const record = batched<SendToRecord, boolean>({
    maxItems: 200,
    maxConcurrent: 2,
    isolates: () => true,
    run: async (sends) => {
      const recorded = await recordSends(deps.app, sends);
      deps.publishLook();
      const more = new Set(recorded.filter((one) => one.hasMore).map((one) => one.messageId));
      return sends.map(({ messageId }) => more.has(messageId));
    },
  });
  const nextDue = batched<ConversationRef, number | undefined>({
    maxItems: 200,
    maxConcurrent: 1,
    run: (wanted) => nextSendsDue(deps.app, wanted),
  });
  return async (conversation) => {
    for (;;) {
      const claimed = await claim(conversation);
      const next = claimed === undefined ? undefined : await attempt(deps, record, claimed);
      if (next === 'nothing_left') return;
      if (next === 'go_on') continue;
      const inMs = next?.inMs ?? (await nextDue(conversation));
      if (inMs !== undefined) deps.lookAgain(conversation, inMs);
      return;
    }
  };
}

const defaultMessagesPerSecond = 80;

async function attempt(
  deps: SenderDeps,
  record: (send: SendToRecord) => Promise<boolean>,
  claimed: ClaimedSend,
): Promise<'go_on' | 'nothing_left' | { inMs: number }> {
  const channel = deps.channelFor(claimed.platform);
  const message = messageToSend(claimed, channel, deps.downloads);
  const outcome =
    message === undefined ? windowClosed : await call(deps, channel, claimed, message);
  const wasTemplate = message?.kind === 'template';
  const { record: result, consequence } = afterSend(
    outcome,
    {
      attempts: claimed.attempts,
      settleMs: deps.settleMs,
      hasTemplate:
        (claimed.template ?? claimed.templateName) !== null && channel.capabilities.hasTemplates,
      wasTemplate,
    },
    deps.random,
  );
  deps.observeSend(outcome.outcome);
  await bearConsequence(deps, claimed, consequence, result);
  const hasMore = await record({
    userId: claimed.userId,
    messageId: claimed.messageId,
    record: result,
    templateName: message?.kind === 'template' ? message.name : null,
  });
  report(deps.log, claimed, outcome);
  if (result.result === 'again' && result.inMs > 0) return { inMs: result.inMs };
  return hasMore || result.result === 'again' ? 'go_on' : 'nothing_left';
}

async function call(
  deps: SenderDeps,
  channel: Channel,
  claimed: ClaimedSend,
  message: OutboundMessage,
): Promise<SendOutcome> {
  const account = accountOf(deps.vault, claimed);
  if ('outcome' in account) return account;
  try {
    const { messageId, customerAddress } = claimed;
    const send = (what: OutboundMessage) => channel.send(account, customerAddress, what, messageId);
    let outcome = await send(message);
    if (message.kind === 'link_button' && isRefusedItself(outcome)) {
      // Surely not sent: better a plain address than no answer because of its button.
      outcome = await send({ kind: 'text', text: withAddress(claimed) });
    }
    return hideToken(outcome, account.accessToken);
  } catch (error) {
    // An adapter answers for all a provider does. Whatever else happened, the message may be on its way.
    return { outcome: 'unknown', error: { code: 0, text: errorText(error) } };
  }
}

function isRefusedItself(outcome: SendOutcome): boolean {
  return outcome.outcome === 'refused' && outcome.scope === 'message';
}

/** What a provider says is stored and shown to the tenant; the token is not to be. */
function hideToken(outcome: SendOutcome, token: string): SendOutcome {
  if (outcome.outcome === 'accepted') return outcome;
  const { text, details, ...error } = outcome.error;
  return {
    ...outcome,
    error: {
      ...error,
      text: withoutToken(text, token),
      ...(details === undefined ? {} : { details: withoutToken(details, token) }),
    },
  };
}

function accountOf(
  vault: Vault,
  claimed: ClaimedSend,
): SendingAccount | Extract<SendOutcome, { outcome: 'refused' }> {
  try {
    const accessToken = vault.decrypt(claimed.accessToken, claimed.phoneNumberId);
    return { accountId: claimed.accountId, accessToken };
  } catch (error) {
    return {
      outcome: 'refused',
      scope: 'account',
      error: { code: 0, text: errorText(error) },
    };
  }
}

async function bearConsequence(
  deps: SenderDeps,
  claimed: ClaimedSend,
  consequence: SendConsequence,
  result: SendToRecord['record'],
): Promise<void> {
  if (consequence === 'reply_window_closed') await closeReplyWindow(deps.app, claimed);
  if (consequence === 'account_needs_attention' && result.result === 'failed') {
    await markAccountBroken(deps, {
      ...claimed,
      errorCode: result.errorCode,
      reason: result.errorText,
    });
  }
}

function report(log: Log, claimed: ClaimedSend, outcome: SendOutcome): void {
  const fields = {
    userId: claimed.userId,
    conversationId: claimed.conversationId,
    messageId: claimed.messageId,
    attempts: claimed.attempts,
  };
  if (outcome.outcome === 'accepted') log.debug('message sent', fields);
  else
    log.warn('message not sent', { ...fields, outcome: outcome.outcome, code: outcome.error.code });
}
