import type { MediaType } from './media-type.ts';
import { isoMediaType } from './sniff-iso-media.ts';
import { isText } from './sniff-text.ts';
import { zipType } from './sniff-zip.ts';

/**
 * What the bytes are, whatever their sender called them; undefined when they are nothing we know. Anything that
 * reads as text is plain text, HTML and SVG too: nothing that we keep may ever run in a browser.
 */
export function sniffType(bytes: Uint8Array): MediaType | undefined {
  for (const { matches, type } of signatures) {
    if (matches(bytes)) {
      return typeof type === 'function' ? type(bytes) : type;
    }
  }
  return isText(bytes) ? { mimeType: 'text/plain', extension: 'txt' } : undefined;
}

type Signature = {
  matches: (bytes: Uint8Array) => boolean;
  type: MediaType | ((bytes: Uint8Array) => MediaType | undefined);
};

const is = (mimeType: string, extension: string): MediaType => ({ mimeType, extension });

/** Bytes at an offset; text stands for its Latin-1 bytes. */
const at =
  (offset: number, wanted: string) =>
  (bytes: Uint8Array): boolean =>
    latin1(bytes, offset, offset + wanted.length) === wanted;

const all =
  (...tests: ((bytes: Uint8Array) => boolean)[]) =>
  (bytes: Uint8Array): boolean =>
    tests.every((test) => test(bytes));

const anyOf =
  (tests: ((bytes: Uint8Array) => boolean)[]) =>
  (bytes: Uint8Array): boolean =>
    tests.some((test) => test(bytes));

const isBinary = (bytes: Uint8Array): boolean => !isText(bytes);

const machOs = ['\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf', '\xce\xfa\xed\xfe', '\xcf\xfa\xed\xfe'];

const signatures: Signature[] = [
  // Programs first: what runs is nothing else, whatever it was made to look like further on.
  { matches: all(at(0, 'MZ'), isBinary), type: is('application/x-msdownload', 'exe') },
  { matches: at(0, '\x7fELF'), type: is('application/x-executable', 'bin') },
  {
    matches: anyOf(machOs.map((start) => at(0, start))),
    type: is('application/x-mach-binary', 'bin'),
  },
  { matches: at(0, '\xca\xfe\xba\xbe'), type: is('application/x-java-vm', 'class') },
  { matches: at(0, '\0asm'), type: is('application/wasm', 'wasm') },
  { matches: at(0, 'L\0\0\0\x01\x14\x02\0'), type: is('application/x-ms-shortcut', 'lnk') },
  { matches: at(0, '#!/'), type: is('application/x-sh', 'sh') },
  { matches: at(0, '\xff\xd8\xff'), type: is('image/jpeg', 'jpg') },
  { matches: at(0, '\x89PNG\r\n\x1a\n'), type: is('image/png', 'png') },
  { matches: all(at(0, 'RIFF'), at(8, 'WEBP')), type: is('image/webp', 'webp') },
  { matches: all(at(0, 'GIF8'), at(5, 'a')), type: is('image/gif', 'gif') },
  { matches: anyOf([at(0, 'II*\0'), at(0, 'MM\0*')]), type: is('image/tiff', 'tiff') },
  { matches: all(at(0, 'BM'), at(6, '\0\0\0\0')), type: is('image/bmp', 'bmp') },
  { matches: at(4, 'ftyp'), type: isoMediaType },
  // QuickTime from before there were brands.
  {
    matches: anyOf([at(4, 'moov'), at(4, 'mdat'), at(4, 'wide')]),
    type: is('video/quicktime', 'mov'),
  },
  { matches: all(at(0, 'RIFF'), at(8, 'AVI ')), type: is('video/x-msvideo', 'avi') },
  { matches: at(0, 'fLaC'), type: is('audio/flac', 'flac') },
  { matches: at(0, '\0\0\x01\xba'), type: is('video/mpeg', 'mpg') },
  { matches: at(0, 'OggS'), type: oggType },
  { matches: at(0, '#!AMR-WB\n'), type: is('audio/amr-wb', 'awb') },
  { matches: at(0, '#!AMR\n'), type: is('audio/amr', 'amr') },
  { matches: all(at(0, 'RIFF'), at(8, 'WAVE')), type: is('audio/wav', 'wav') },
  { matches: at(0, 'ID3'), type: is('audio/mpeg', 'mp3') },
  { matches: isAdtsFrame, type: is('audio/aac', 'aac') },
  { matches: isMpegAudioFrame, type: is('audio/mpeg', 'mp3') },
  { matches: at(0, '\x1a\x45\xdf\xa3'), type: matroskaType },
  { matches: isPdf, type: is('application/pdf', 'pdf') },
  { matches: at(0, 'PK\x03\x04'), type: zipType },
  { matches: at(0, 'PK\x05\x06'), type: is('application/zip', 'zip') },
  { matches: at(0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), type: is('application/x-cfb', 'bin') },
];

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** The first page of an Ogg file begins with the head of its codec (RFC 3533, RFC 7845). */
function oggType(bytes: Uint8Array): MediaType {
  const isVideo = latin1(bytes, 28, 35) === '\x80theora';
  return isVideo ? is('video/ogg', 'ogv') : is('audio/ogg', 'ogg');
}

function matroskaType(bytes: Uint8Array): MediaType {
  const isWebm = latin1(bytes, 0, 64).includes('webm');
  return isWebm ? is('video/webm', 'webm') : is('video/x-matroska', 'mkv');
}

/** Readers accept a PDF that begins within the first kilobyte. */
function isPdf(bytes: Uint8Array): boolean {
  return latin1(bytes, 0, 1024).includes('%PDF-');
}

/** AAC in ADTS: twelve bits of sync, layer 00, and a sampling rate that exists. */
function isAdtsFrame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  return first === 0xff && (second & 0xf6) === 0xf0 && ((third >> 2) & 0x0f) < 13;
}

/**
 * MPEG audio without tags: eleven bits of sync, then a version, bit rate and sampling rate that exist, and layer II
 * or III. Layer I is in no use, and would take the byte order mark of UTF-16 for sound.
 */
function isMpegAudioFrame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  const isSync = first === 0xff && (second & 0xe0) === 0xe0;
  const version = (second >> 3) & 3;
  const layer = (second >> 1) & 3;
  const bitRate = third >> 4;
  const samplingRate = (third >> 2) & 3;
  return (
    isSync && version !== 1 && (layer === 1 || layer === 2) && bitRate !== 15 && samplingRate !== 3
  );
}
