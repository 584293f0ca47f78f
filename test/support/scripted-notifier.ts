import type {
  NotificationToSend,
  Notifier,
  NotifierKind,
  NotifierTarget,
  NotifyOutcome,
} from '../../src/notifications/notifier.ts';

/** A call of a notifier, as a test sees it. */
export type NotifierCall = { target: NotifierTarget; notification: NotificationToSend };

/** What a notifier does with one message; it is handed over before, unless the script says otherwise. */
export type NotifierScript = (
  call: NotifierCall,
  handingOver: () => Promise<void>,
) => Promise<NotifyOutcome>;

/** A notifier that does as it is told and remembers what it was given. */
export function scriptedNotifier(
  script: NotifierScript = handOverAndSend,
  kind: NotifierKind = 'slack',
): Notifier & { calls: NotifierCall[]; script: NotifierScript } {
  const calls: NotifierCall[] = [];
  const notifier = {
    kind,
    calls,
    script,
    send: (
      target: NotifierTarget,
      notification: NotificationToSend,
      handingOver: () => Promise<void>,
    ) => {
      const call = { target, notification };
      calls.push(call);
      return notifier.script(call, handingOver);
    },
  };
  return notifier;
}

/** Hands over and succeeds. */
export const handOverAndSend: NotifierScript = async (_call, handingOver) => {
  await handingOver();
  return { outcome: 'sent', providerMessageId: 'from-the-provider' };
};

/** Fails before anything was handed over. */
export const failBefore: NotifierScript = async () => ({ outcome: 'retry', error: 'is away' });

/** A process that dies at this moment: what it was doing goes on no more. `died` resolves when it has. */
export function diesWhen(when: 'before_handing_over' | 'handed_over'): {
  script: NotifierScript;
  died: Promise<void>;
} {
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  const script: NotifierScript = async (_call, handingOver) => {
    if (when === 'handed_over') await handingOver();
    die();
    return new Promise<never>(() => {});
  };
  return { script, died };
}
