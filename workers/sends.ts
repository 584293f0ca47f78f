import { lookAfterTokens } from '../src/channels/tokens/look-after-tokens.ts';
import type { Context } from '../src/context.ts';
import { markAccountBroken, type RefusedAccount } from '../src/delivery/consequences.ts';
import { createSender, type SendOwed } from '../src/delivery/sender.ts';

/** The one sender of a process: its calls share their statements. */
export function createContextSender(context: Context): SendOwed {
  return createSender({
    ...context,
    settleMs: context.config.sends.settleMs,
    publishLook: () => context.signals.publishLook(),
    observeSend: context.metrics.observeSend,
    lookAgain: ({ userId, conversationId }, inMs) => {
      const payload = { items: [{ userId, conversationId }] };
      context.queues.enqueue('sends.run', payload, Math.ceil(inMs) + 5).catch(ignoreLostHint);
    },
  });
}

/** The sweep finds what may be sent. */
function ignoreLostHint(): void {}

/** Starts the workers that send what is stored and not sent yet, and that keep the tokens good that it is sent with. */
export function startSends(context: Context, sendOwed: SendOwed): void {
  const publishLook = () => context.signals.publishLook();
  const tokenDeps = {
    ...context,
    publishLook,
    observeTokenLook: context.metrics.observeTokenLook,
    tokenRefused: (account: RefusedAccount) =>
      markAccountBroken({ ...context, publishLook }, account),
  };
  context.queues.work('sends', {
    'sends.run': async ({ items }) => {
      await Promise.all(items.map(sendOwed));
    },
    'accounts.refresh': ({ items }) => lookAfterTokens(tokenDeps, items),
  });
}
