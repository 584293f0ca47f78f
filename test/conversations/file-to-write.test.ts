import { describe, expect, it } from '@jest/globals';
import { instagramFiles } from '../../src/channels/instagram/files.ts';
import { whatsappFiles } from '../../src/channels/whatsapp/files.ts';
import { refuseUnsendableFile } from '../../src/conversations/file-to-write.ts';

const png = { kind: 'image', mimeType: 'image/png', sizeBytes: 1_000 };
const reachable = { isReachable: true };

describe('refuseUnsendableFile', () => {
  it('lets pass what the channel takes, with as many words as it takes', () => {
    refuseUnsendableFile(png, 'x'.repeat(1024), whatsappFiles, reachable);
    refuseUnsendableFile(png, '', instagramFiles, reachable);
  });

  it.each([
    ['words on Instagram', png, 'hi', instagramFiles, reachable, /no text goes with such a file/],
    ['too many words', png, 'x'.repeat(1025), whatsappFiles, reachable, /at most 1024 characters/],
    [
      'a type that the channel does not take',
      { ...png, mimeType: 'application/zip' },
      '',
      instagramFiles,
      reachable,
      /does not take such a file \(application\/zip\)/,
    ],
    [
      'any where the provider cannot fetch it',
      png,
      '',
      whatsappFiles,
      { isReachable: false },
      /set PUBLIC_URL/,
    ],
  ])('refuses in words: %s', (_, file, text, channel, downloads, words) => {
    expect(() => refuseUnsendableFile(file, text, channel, downloads)).toThrow(words);
  });
});
