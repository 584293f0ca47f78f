import type { NotifierKind } from '../notifier.ts';
import { type QuietHours, quietUntil } from '../targets/quiet-hours.ts';
import { maxAttempts } from './after-notify.ts';

/** What decides whether a notification that is due may go now. */
export type DueFacts = {
  kind: 'event' | 'digest' | 'escalation' | 'test';
  targetKind: NotifierKind;
  isTargetActive: boolean;
  isTargetDeleted: boolean;
  /** Attempts made so far. */
  attempts: number;
  /** A process handed it over and never said what became of it. */
  wasHandedOver: boolean;
  isHot: boolean;
  quietHours: QuietHours | null;
};

export type BeforeSending =
  | { next: 'send' }
  | { next: 'wait'; until: Date }
  | { next: 'unknown'; error: string }
  | { next: 'failed'; error: string }
  | { next: 'cancelled' };

/** Decides what to do with a notification whose time has come and that nobody holds. */
export function beforeSending(facts: DueFacts, now: Date): BeforeSending {
  const isSpent = facts.attempts >= maxAttempts;
  if (facts.wasHandedOver && (facts.targetKind !== 'webhook' || isSpent)) {
    return { next: 'unknown', error: 'The process that sent it ended before it knew the outcome' };
  }
  if (isSpent) return { next: 'failed', error: 'The processes that were to send it ended' };
  if (facts.isTargetDeleted) return { next: 'cancelled' };
  if (facts.kind === 'test') return { next: 'send' };
  if (!facts.isTargetActive) return { next: 'cancelled' };
  const until = waitsUntil(facts, now);
  return until === undefined ? { next: 'send' } : { next: 'wait', until };
}

/** Until when quiet hours hold something back; undefined when they do not. */
export function waitsUntil(
  facts: { quietHours: QuietHours | null; isHot: boolean },
  now: Date,
): Date | undefined {
  const { quietHours } = facts;
  if (quietHours === null || (quietHours.exceptHot === true && facts.isHot)) return undefined;
  return quietUntil(quietHours, now);
}
