import type { Context } from '../src/context.ts';
import { createSender, type SendOwed } from '../src/delivery/sender.ts';

/** The one sender of a process: its calls share their statements. */
export function createContextSender(context: Context): SendOwed {
  return createSender({
    ...context,
    settleMs: context.config.sends.settleMs,
    publishLook: () => context.signals.publishLook(),
    observeSend: context.metrics.observeSend,
  });
}

/** Starts the workers that send what is stored and not sent yet. */
export function startSends(context: Context, sendOwed: SendOwed): void {
  context.queues.work('sends', {
    'sends.run': async ({ items }) => {
      await Promise.all(items.map(sendOwed));
    },
  });
}
