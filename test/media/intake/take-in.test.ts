import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sampleFile } from '../../../simulators/meta/sample-files.ts';
import { type FileScanner, ScannerUnavailable } from '../../../src/media/intake/file-scanner.ts';
import { createSharpCleaner } from '../../../src/media/intake/sharp-cleaner.ts';
import { maxBytesOf } from '../../../src/media/intake/size-limits.ts';
import { takeIn } from '../../../src/media/intake/take-in.ts';
import type { MediaKind } from '../../../src/media/media-kind.ts';
import { phonePhoto } from './sample-pictures.ts';

const cleanPicture = createSharpCleaner();
const deps = { cleanPicture, scanner: undefined };
const scannedAs = (scan: FileScanner['scan']) => ({ cleanPicture, scanner: { scan } });

const refused = (because: string) => expect.objectContaining({ isAccepted: false, because });

/** The file with nothing after it, up to a size. */
function padded(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

async function answerTo(bytes: Buffer, kind: MediaKind): Promise<string> {
  const taken = await takeIn(deps, bytes, { kind });
  return taken.isAccepted ? 'accepted' : taken.because;
}

describe('takeIn', () => {
  it('takes a picture in, cleaned, with its size and a thumbnail', async () => {
    const taken = await takeIn(deps, await phonePhoto(6), { kind: 'image' });

    expect(taken).toMatchObject({
      isAccepted: true,
      kind: 'image',
      mimeType: 'image/jpeg',
      width: 20,
      height: 40,
      thumbnail: { width: 20, height: 40 },
    });
  });

  // Seen failing with only images cleaned by their kind.
  it('cleans a picture also where it was sent as a document', async () => {
    const taken = await takeIn(deps, await phonePhoto(), { kind: 'document', filename: 'a.jpg' });

    expect(taken).toMatchObject({ isAccepted: true, kind: 'document', mimeType: 'image/jpeg' });
    const bytes = taken.isAccepted ? taken.bytes : Buffer.from('Secret');
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('Secret');
  });

  it('leaves every other file as it is', async () => {
    const { bytes } = sampleFile('document');

    expect(await takeIn(deps, bytes, { filename: 'a.pdf' })).toEqual({
      isAccepted: true,
      bytes,
      kind: 'document',
      mimeType: 'application/pdf',
      width: null,
      height: null,
      thumbnail: null,
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    [
      'a picture that is cut off',
      Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'),
      'unreadable',
    ],
    ['a page', Buffer.from('<p>'), 'not_what_it_claims'],
  ])('refuses %s', async (_, bytes, because) => {
    expect(await takeIn(deps, bytes, { kind: 'image', mimeType: 'image/jpeg' })).toEqual(
      refused(because),
    );
  });

  // Seen failing with one limit for all.
  it.each([
    ['image', Buffer.from('GIF89a')],
    ['audio', sampleFile('audio').bytes],
    ['video', sampleFile('video').bytes],
    ['document', sampleFile('document').bytes],
  ] as const)('refuses what is larger than its kind may be: %s', async (kind, start) => {
    const limit = maxBytesOf[kind];

    expect(await answerTo(padded(start, limit + 1), kind)).toBe('too_large');
    if (kind !== 'image') expect(await answerTo(padded(start, limit), kind)).toBe('accepted');
  });

  // Seen failing with the scan taken out.
  it('asks the scanner before the picture is decoded, and believes it', async () => {
    const picture = await sharp({
      create: { width: 9, height: 9, channels: 3, background: 'red' },
    })
      .png()
      .toBuffer();

    for (const found of ['infected', 'too_large'] as const) {
      const seen: Uint8Array[] = [];
      const scanned = scannedAs(async (bytes) => {
        seen.push(bytes);
        return found;
      });
      expect(await takeIn(scanned, picture, {})).toEqual(refused(found));
      expect(seen).toEqual([picture]);
    }
    expect(
      await takeIn(
        scannedAs(async () => 'clean'),
        picture,
        {},
      ),
    ).toMatchObject({
      isAccepted: true,
    });
  });

  // Seen failing with a scanner that is away taken for a clean file.
  it('lets nothing pass while the scanner is away', async () => {
    const away = scannedAs(async () => {
      throw new ScannerUnavailable('away');
    });

    await expect(takeIn(away, sampleFile('document').bytes, {})).rejects.toThrow(
      ScannerUnavailable,
    );
  });
});
