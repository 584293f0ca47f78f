import { crc32, deflateSync } from 'node:zlib';

export type SampleFile = { bytes: Buffer; mimeType: string; filename?: string };

/** A small file of each kind, made by code and the same each time. */
export function sampleFile(kind: string, transcript?: string): SampleFile {
  if (kind === 'audio') {
    return { bytes: oggVoiceNote(transcript), mimeType: 'audio/ogg; codecs=opus' };
  }
  if (kind === 'video') return { bytes: emptyMp4(), mimeType: 'video/mp4' };
  if (kind === 'sticker') return { bytes: onePixelWebp(), mimeType: 'image/webp' };
  if (kind === 'document') {
    return { bytes: onePagePdf(), mimeType: 'application/pdf', filename: 'note.pdf' };
  }
  return { bytes: pngSquare(1), mimeType: 'image/png' };
}

/** A square PNG of one colour. */
export function pngSquare(size: number, [red, green, blue] = [37, 150, 90]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // 8 bits a channel, RGB
  const pixel = Buffer.from([red ?? 0, green ?? 0, blue ?? 0]);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, pixel)]);
  const rows = Buffer.concat(Array.from({ length: size }, () => row));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A mono 8 kHz WAV file of a 440 Hz tone. */
export function wavTone(durationMs: number): Buffer {
  const samples = Math.floor(durationMs * 8);
  const data = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index += 1) {
    data.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / 8000)), index * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** The comment in which a sample voice note carries what it says; the simulated transcription reads it back. */
export const transcriptTag = 'TRANSCRIPT=';

/** One second of Opus silence in Ogg (RFC 7845); what it "says" travels in a comment header. */
export function oggVoiceNote(transcript = 'This is a voice message.'): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.set([1, 1], 8); // version 1, mono
  head.writeUInt16LE(312, 10);
  head.writeUInt32LE(48_000, 12);
  const tags = Buffer.concat([
    Buffer.from('OpusTags', 'latin1'),
    lengthPrefixed('simulator'),
    Buffer.from([1, 0, 0, 0]),
    lengthPrefixed(`${transcriptTag}${transcript}\n`),
  ]);
  const silence = Array.from({ length: 50 }, () => Buffer.from([0xf8, 0xff, 0xfe]));
  return Buffer.concat([
    oggPage({ flags: 2, granule: 0, sequence: 0, packets: [head] }),
    oggPage({ flags: 0, granule: 0, sequence: 1, packets: [tags] }),
    oggPage({ flags: 4, granule: 50 * 960, sequence: 2, packets: silence }),
  ]);
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function oggPage(page: {
  flags: number;
  granule: number;
  sequence: number;
  packets: Buffer[];
}): Buffer {
  const lacing = page.packets.flatMap(({ length }) => [
    ...Array.from({ length: Math.floor(length / 255) }, () => 255),
    length % 255,
  ]);
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header.writeUInt8(page.flags, 5);
  header.writeBigUInt64LE(BigInt(page.granule), 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(page.sequence, 18);
  header.writeUInt8(lacing.length, 26);
  const bytes = Buffer.concat([header, Buffer.from(lacing), ...page.packets]);
  bytes.writeUInt32LE(oggChecksum(bytes), 22);
  return bytes;
}

/** Ogg's CRC: polynomial 0x04c11db7, not reflected, starting at 0. */
function oggChecksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1)
      sum = sum & 0x8000_0000 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1;
  }
  return sum >>> 0;
}

function onePixelWebp(): Buffer {
  return Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
}

function emptyMp4(): Buffer {
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isommp42', 'latin1')),
    box('mdat', Buffer.alloc(0)),
  ]);
}

function box(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, data]);
}

function onePagePdf(): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const start = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 4\n0000000000 65535 f \n${rows}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
