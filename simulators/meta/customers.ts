import { createRecentMap } from '../lib/recent-map.ts';
import type { CustomerSide } from './payloads.ts';

const replyWindowMs = 24 * 60 * 60 * 1000;

/** What the simulated WhatsApp knows of the customers that wrote through it. */
export type Customers = {
  wrote(phoneNumberId: string, from: CustomerSide, messageId: string, nowMs: number): void;
  /** Whether the customer wrote to the number in the last 24 hours. */
  hasOpenWindow(phoneNumberId: string, to: string, nowMs: number): boolean;
  userIdOf(waId: string): string | undefined;
  /** Who wrote the message, by phone or, without one, by user id. */
  authorOf(messageId: string): string | undefined;
  clear(): void;
};

export function createCustomers(): Customers {
  const lastWroteAt = createRecentMap<number>(50_000);
  const userIds = createRecentMap<string>(50_000);
  const authors = createRecentMap<string>(50_000);
  return {
    wrote(phoneNumberId, from, messageId, nowMs) {
      for (const address of [from.waId, from.userId]) {
        if (address !== undefined) lastWroteAt.set(`${phoneNumberId} ${address}`, nowMs);
      }
      if (from.waId !== undefined && from.userId !== undefined) userIds.set(from.waId, from.userId);
      const author = from.waId ?? from.userId;
      if (author !== undefined) authors.set(messageId, author);
    },
    hasOpenWindow(phoneNumberId, to, nowMs) {
      const at = lastWroteAt.get(`${phoneNumberId} ${to}`);
      return at !== undefined && nowMs - at < replyWindowMs;
    },
    userIdOf: (waId) => userIds.get(waId),
    authorOf: (messageId) => authors.get(messageId),
    clear() {
      lastWroteAt.clear();
      userIds.clear();
      authors.clear();
    },
  };
}
