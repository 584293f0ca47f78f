import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../lib/encryption.ts';

/** What a calendar shows with every notification of a channel: nobody else can know it. */
export function channelToken(vault: Pick<Vault, 'derive'>, channelId: string): string {
  return vault.derive(purposeOf(channelId));
}

/**
 * Whether a notification shows the token of the channel that it names; takes as long for a wrong one. Those of previous
 * keys hold too: a channel keeps the token that it was opened with.
 */
export function isChannelToken(
  vault: Pick<Vault, 'deriveAll'>,
  channelId: string,
  given: string,
): boolean {
  const shown = Buffer.from(given);
  const isSame = vault.deriveAll(purposeOf(channelId)).map((token) => {
    const expected = Buffer.from(token);
    return expected.length === shown.length && timingSafeEqual(expected, shown);
  });
  return isSame.includes(true);
}

function purposeOf(channelId: string): string {
  return `google channel ${channelId}`;
}
