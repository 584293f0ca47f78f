import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../lib/encryption.ts';

/** What a calendar shows with every notification of a channel: nobody else can know it. */
export function channelToken(vault: Vault, channelId: string): string {
  return vault.derive(`google channel ${channelId}`);
}

/** Whether a notification shows the token of the channel that it names; takes as long for a wrong one. */
export function isChannelToken(vault: Vault, channelId: string, given: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(channelToken(vault, channelId))];
  return left.length === right.length && timingSafeEqual(left, right);
}
