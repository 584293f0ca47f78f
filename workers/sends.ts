import type { Context } from '../src/context.ts';
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

/** Starts the workers that send what is stored and not sent yet. */
export function startSends(context: Context, sendOwed: SendOwed): void {
  context.queues.work('sends', {
    'sends.run': async ({ items }) => {
      await Promise.all(items.map(sendOwed));
    },
  });
}
