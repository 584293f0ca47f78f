import type { TransientEventKind, TransientEvents } from './event-kinds.ts';

/** An event that is not stored, on its way to the browsers of its tenant. */
export type TransientSignal = {
  [Kind in TransientEventKind]: { userId: string; kind: Kind; payload: TransientEvents[Kind] };
}[TransientEventKind];

/**
 * Carries hints between the processes of an installation. A hint may be lost: who reads events also looks
 * by itself every now and then. Nothing here blocks, waits or throws, so it may be called after any commit.
 */
export interface SignalBus {
  /** Says that events have been committed. Many calls become one signal. */
  publishLook(): void;
  publishTransient(signal: TransientSignal): void;
  /** Calls back for every look, of this process too, and whenever looks may have been missed. */
  onLook(callback: () => void): void;
  onTransient(callback: (signal: TransientSignal) => void): void;
  /** Sends what waits, then lets go of its connections. */
  close(): Promise<void>;
}
