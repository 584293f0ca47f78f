import { describe, expect, it } from '@jest/globals';
import { createVault } from '../../../src/lib/encryption.ts';
import { channelToken, isChannelToken } from '../../../src/meetings/changes/channel-token.ts';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('the token of a channel', () => {
  it('is its own, and no other’s', () => {
    const vault = createVault({ current: newKey });
    const token = channelToken(vault, 'one');

    expect(isChannelToken(vault, 'one', token)).toBe(true);
    expect(isChannelToken(vault, 'two', token)).toBe(false);
    expect(isChannelToken(vault, 'one', `${token.slice(0, -1)}~`)).toBe(false);
    expect(isChannelToken(vault, 'one', '')).toBe(false);
  });

  it('holds for a channel that was opened with a key before', () => {
    const token = channelToken(createVault({ current: oldKey }), 'one');

    expect(isChannelToken(createVault({ current: newKey, previous: [oldKey] }), 'one', token)).toBe(
      true,
    );
    expect(isChannelToken(createVault({ current: newKey }), 'one', token)).toBe(false);
  });
});
