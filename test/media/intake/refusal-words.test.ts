import { describe, expect, it } from '@jest/globals';
import { type RefusedFile, refusalWords } from '../../../src/media/intake/refusal-words.ts';

describe('what was wrong with a file', () => {
  it.each<[Omit<RefusedFile, 'kind'> & Partial<RefusedFile>, string]>([
    [{ because: 'empty' }, 'is empty'],
    [
      { because: 'too_large', kind: 'image' },
      'is larger than 20 MB, the most that can be accepted',
    ],
    [
      { because: 'too_large', kind: 'video' },
      'is larger than 64 MB, the most that can be accepted',
    ],
    [
      { because: 'not_what_it_claims', kind: 'image', mimeType: 'image/jpeg' },
      'is not the JPEG picture that it claims to be',
    ],
    [{ because: 'not_what_it_claims', kind: 'image' }, 'is not the picture that it claims to be'],
    [
      { because: 'not_what_it_claims', mimeType: 'audio/ogg; codecs=opus' },
      'is not the audio file that it claims to be',
    ],
    [
      { because: 'not_what_it_claims', kind: 'document', filename: 'a.docx' },
      'is not the DOCX file that it claims to be',
    ],
    [{ because: 'not_what_it_claims' }, 'is not the file that it claims to be'],
    [
      { because: 'type_not_allowed', filename: 'IMG_1.HEIC' },
      'is of a kind that is not accepted (HEIC); it can be sent as a JPEG',
    ],
    [
      { because: 'type_not_allowed', kind: 'image', mimeType: 'image/svg+xml' },
      'is of a kind that is not accepted; a picture can be sent as JPEG, PNG, WebP or GIF',
    ],
    [{ because: 'type_not_allowed', filename: 'a.exe' }, 'is of a kind that is not accepted'],
    [{ because: 'unreadable' }, 'is damaged or incomplete and cannot be read'],
    [{ because: 'infected' }, 'was found to contain malware'],
  ])('%j: it %s', (file, words) => {
    expect(refusalWords({ kind: undefined, ...file })).toBe(words);
  });
});
