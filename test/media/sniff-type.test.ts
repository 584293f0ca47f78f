import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sniffType } from '../../src/media/sniff-type.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

const mimeTypeOf = (bytes: Uint8Array) => sniffType(bytes)?.mimeType;

/** The head of one file in a zip archive, and its bytes, uncompressed. */
function zipEntry(name: string, content = ''): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, latin1(name), latin1(content)]);
}

const office = (part: string) =>
  Buffer.concat([zipEntry('[Content_Types].xml', '<x/>'), zipEntry(part, '<y/>')]);

const oggPage = (codec: string) => latin1(`OggS\0\x02${'\0'.repeat(20)}\x01\x13${codec}`);

const isoFile = (brand: string) => latin1(`\0\0\0\x18ftyp${brand}\0\0\0\0isommp42`);

describe('sniffType', () => {
  it.each([
    ['image/jpeg', latin1('\xff\xd8\xff\xe0\0\x10JFIF')],
    ['image/png', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['image/webp', latin1('RIFF\x24\0\0\0WEBPVP8 ')],
    ['image/gif', latin1('GIF89a\x01\0')],
    ['image/gif', latin1('GIF87a\x01\0')],
    ['video/mp4', isoFile('isom')],
    ['video/mp4', isoFile('mp42')],
    ['video/3gpp', isoFile('3gp5')],
    ['video/quicktime', isoFile('qt  ')],
    ['audio/mp4', isoFile('M4A ')],
    ['image/heic', isoFile('heic')],
    ['audio/ogg', oggPage('OpusHead\x01')],
    ['audio/ogg', oggPage('\x01vorbis')],
    ['video/ogg', oggPage('\x80theora')],
    ['audio/mpeg', latin1('ID3\x04\0\0\0\0\0\0')],
    ['audio/mpeg', latin1('\xff\xfb\x90\x64\0')],
    ['audio/mpeg', latin1('\xff\xf3\x40\xc4\0')],
    ['audio/aac', latin1('\xff\xf1\x50\x80\x02')],
    ['audio/aac', latin1('\xff\xf9\x4c\x80\x02')],
    ['audio/amr', latin1('#!AMR\n\x3c')],
    ['audio/amr-wb', latin1('#!AMR-WB\n\x44')],
    ['audio/wav', latin1('RIFF\x24\0\0\0WAVEfmt ')],
    ['video/webm', latin1('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['video/x-matroska', latin1('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska')],
    ['application/pdf', latin1('%PDF-1.7\n%\xe2\xe3')],
    ['application/pdf', latin1('\xef\xbb\xbf\r\n%PDF-1.4\n')],
    ['application/zip', zipEntry('photo.jpg', '\xff\xd8')],
    ['application/zip', latin1(`PK\x05\x06${'\0'.repeat(18)}`)],
    [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      office('word/document.xml'),
    ],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      office('xl/workbook.xml'),
    ],
    [
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      office('ppt/presentation.xml'),
    ],
    [
      'application/vnd.oasis.opendocument.text',
      zipEntry('mimetype', 'application/vnd.oasis.opendocument.text'),
    ],
    ['text/plain', Buffer.from('Wir öffnen um neun. 👋\r\n\tBis dann')],
    ['text/plain', latin1('\xff\xfeH\0i\0')],
    ['text/plain', latin1('\xfe\xff\0H\0i')],
  ])('knows %s', (mimeType, bytes) => {
    expect(mimeTypeOf(bytes)).toBe(mimeType);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(100)],
    ['bytes that are no UTF-8', latin1('caf\xe9 au lait')],
    ['text with a control character', Buffer.from('abc\x01def')],
    ['a sync word of MPEG with a rate that does not exist', latin1('\xff\xfb\xf4\x64')],
  ])('does not guess at %s', (_what, bytes) => {
    expect(sniffType(bytes)).toBeUndefined();
  });

  // Seen to fail with every MPEG layer taken for sound.
  it('does not take the byte order mark of a text for sound', () => {
    expect(mimeTypeOf(Buffer.from('\ufeffAny text', 'utf16le'))).toBe('text/plain');
  });

  it('takes what a browser would run for plain text', () => {
    expect(mimeTypeOf(Buffer.from('<!doctype html><script>alert(1)</script>'))).toBe('text/plain');
    expect(mimeTypeOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('text/plain');
  });

  it('knows a long text whose sample ends inside a character', () => {
    expect(mimeTypeOf(Buffer.from(`a${'é'.repeat(40_000)}`))).toBe('text/plain');
  });

  it('gives the ending of the type', () => {
    expect(sniffType(oggPage('OpusHead'))?.extension).toBe('ogg');
  });

  it('never throws, and has plain text for every text', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void sniffType(bytes)));
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        expect(mimeTypeOf(Buffer.from(`: ${text.replace(/\p{Cc}/gu, '')}`))).toBe('text/plain');
      }),
    );
  });
});
