import { describe, expect, it } from '@jest/globals';
import { checkedMediaKey, mediaKey } from '../../src/media/media-keys.ts';

describe('mediaKey', () => {
  it('begins with the tenant and spreads the files by the end of their id', () => {
    expect(mediaKey({ userId: 'usr_01k', attachmentId: 'att_01kb7q9z' })).toBe(
      'usr_01k/9z/att_01kb7q9z',
    );
  });

  it('refuses an id that could leave the folder of its tenant', () => {
    expect(() => mediaKey({ userId: '..', attachmentId: 'att_1' })).toThrow(
      expect.objectContaining({ code: 'media.bad_key' }),
    );
    expect(() => mediaKey({ userId: 'usr_1/x', attachmentId: '../../usr_2/att_1' })).toThrow();
  });
});

describe('checkedMediaKey', () => {
  it.each(['a/b', 'usr_1/9z/att_9z', 'usr_1/A-b_c'])('accepts %s', (key) => {
    expect(checkedMediaKey(key)).toBe(key);
  });

  it.each([
    '',
    'a',
    'a/',
    '/a',
    'a/..',
    'a/b.type',
    'a/b\\c',
    'a/b\0',
    'a/b c',
    'a/é',
    `a/${'x'.repeat(201)}`,
  ])('refuses %j', (key) => {
    expect(() => checkedMediaKey(key)).toThrow(expect.objectContaining({ code: 'media.bad_key' }));
  });
});
