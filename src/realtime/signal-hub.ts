import { paced } from './paced.ts';
import type { SignalBus, TransientSignal } from './signal-bus.ts';
import { decodeSignals, encodeSignals } from './signal-wire.ts';

/** How signals leave and reach a process; one adapter for each kind of server between them. */
export interface SignalTransport {
  readonly maxPacketBytes: number;
  /** Carries packets to the other processes; may reject. */
  send(packets: string[]): Promise<void>;
  /** Called once, when somebody in this process wants to hear. */
  listen(heard: { packet: (text: string) => void; maybeMissed: () => void }): void;
  close(): Promise<void>;
}

export type SignalHubOptions = {
  transport: SignalTransport;
  /** Tells this process's packets from others'. */
  processId: string;
  onSendError: (error: unknown) => void;
  /** At most one send in so many milliseconds. */
  gapMs?: number;
};

/** Hints beyond this are dropped while the transport cannot keep up. */
const maxWaitingTransients = 2_000;

/** A bus that tells this process at once and the others through the transport, gathered and paced. */
export function createSignalHub(options: SignalHubOptions): SignalBus {
  const { transport, processId } = options;
  const lookCallbacks: (() => void)[] = [];
  const transientCallbacks: ((signal: TransientSignal) => void)[] = [];
  let look = false;
  let transients: TransientSignal[] = [];
  let isListening = false;

  const tellLook = (): void => {
    for (const callback of lookCallbacks) callback();
  };
  const tellTransient = (signal: TransientSignal): void => {
    for (const callback of transientCallbacks) callback(signal);
  };
  const send = async (): Promise<void> => {
    const packets = encodeSignals(processId, { look, transients }, transport.maxPacketBytes);
    look = false;
    transients = [];
    if (packets.length > 0) await transport.send(packets).catch(options.onSendError);
  };
  const sending = paced({ gapMs: options.gapMs ?? 10, work: send });
  const hear = (text: string): void => {
    const signals = decodeSignals(processId, text);
    if (signals === undefined) return;
    if (signals.look) tellLook();
    for (const signal of signals.transients) tellTransient(signal);
  };
  const listen = (): void => {
    if (isListening) return;
    isListening = true;
    transport.listen({ packet: hear, maybeMissed: tellLook });
  };

  return {
    publishLook() {
      tellLook();
      if (look) return;
      look = true;
      sending.ask();
    },
    publishTransient(signal) {
      tellTransient(signal);
      if (transients.length >= maxWaitingTransients) return;
      transients.push(signal);
      if (isFirstWord(signal)) sending.hurry();
      else sending.ask();
    },
    onLook(callback) {
      lookCallbacks.push(callback);
      listen();
    },
    onTransient(callback) {
      transientCallbacks.push(callback);
      listen();
    },
    async close() {
      await sending.close();
      await send();
      await transport.close();
    },
  };
}

/** What somebody waits for who sees nothing yet. */
function isFirstWord({ kind, payload }: TransientSignal): boolean {
  return kind === 'delta' && payload.offset === 0;
}
