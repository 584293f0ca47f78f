import { setTimeout as pause } from 'node:timers/promises';
import type { SignalBus, TransientSignal } from '../../src/realtime/signal-bus.ts';

/** What a bus has told its process. */
export type Heard = { looks: number; transients: TransientSignal[] };

/** Listens to a bus and keeps what it says. */
export function heardFrom(bus: SignalBus): Heard {
  const heard: Heard = { looks: 0, transients: [] };
  bus.onLook(() => {
    heard.looks += 1;
  });
  bus.onTransient((signal) => heard.transients.push(signal));
  return heard;
}

/** Publishes until the other bus has heard a transient: it begins to listen in the background. */
export async function hears(heard: Heard, publisher: SignalBus): Promise<void> {
  while (heard.transients.length === 0) {
    publisher.publishTransient({
      userId: 'usr_1',
      kind: 'typing',
      payload: { conversationId: 'cnv_1' },
    });
    await pause(10);
  }
}
