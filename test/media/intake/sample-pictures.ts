import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Red above, blue below, as the device that made it lies: 40 wide and 20 high. */
export function redOverBlue(): Sharp {
  const pixels = Buffer.alloc(40 * 20 * 3);
  for (let index = 0; index < 40 * 20; index += 1) {
    pixels[index * 3 + (index < 40 * 10 ? 0 : 2)] = 255;
  }
  return sharp(pixels, { raw: { width: 40, height: 20, channels: 3 } });
}

/** A JPEG with everything that a phone writes into it: place, device, turn, comment, XMP and IPTC. */
export async function phonePhoto(orientation = 1): Promise<Buffer> {
  const photo = await redOverBlue()
    .withMetadata({ orientation })
    .withExifMerge({
      IFD0: { Make: 'SecretMaker', Copyright: 'SecretName' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 3230/100',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 4366/100',
      },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><SecretXmp/></x:xmpmeta>')
    .jpeg({ quality: 95 })
    .toBuffer();
  const iptc = segment(
    0xed,
    'Photoshop 3.0\0' + '8BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x5a\0\x05SecretCity',
  );
  return Buffer.concat([
    photo.subarray(0, 2),
    iptc,
    segment(0xfe, 'SecretComment'),
    photo.subarray(2),
  ]);
}

function segment(marker: number, content: string): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content, 'latin1')]);
}

/** Two frames of one colour each, the second shown after so many milliseconds. */
export function twoFrames(delayMs: number): Sharp {
  const frame = (value: number) => Buffer.alloc(16 * 16 * 3, value);
  return sharp(Buffer.concat([frame(10), frame(240)]), {
    raw: { width: 16, height: 32, channels: 3, pageHeight: 16 },
  }).gif({ delay: [delayMs, delayMs], loop: 0 });
}

/** A white PNG of one bit a pixel: very large, in very few bytes. */
export function bomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0], 8); // 1 bit, grey
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(Math.ceil(side / 8), 255)]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The colour of one pixel, of 0 to 255 for each of red, green and blue. */
export async function pixelAt(
  bytes: Uint8Array,
  left: number,
  top: number,
): Promise<[number, number, number]> {
  const [red = -1, green = -1, blue = -1] = await sharp(bytes)
    .extract({ left, top, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer();
  return [red, green, blue];
}
