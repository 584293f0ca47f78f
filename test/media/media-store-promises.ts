import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import type { MediaStore } from '../../src/media/media-store.ts';

const key = 'usr_1/k3/att_9k3';

/** What every media store promises, whatever it keeps the files in. */
export function keepsMedia(open: () => Promise<MediaStore>): void {
  it('gives back the very bytes and the type', async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 70_000 }, (_unused, index) => index % 256);

    await store.put(key, bytes, 'audio/ogg; codecs=opus');

    const kept = await store.get(key);
    expect(Buffer.from(kept.bytes).equals(bytes)).toBe(true);
    expect(kept.mimeType).toBe('audio/ogg; codecs=opus');
  });

  it('keeps an empty file too', async () => {
    const store = await open();

    await store.put(key, new Uint8Array(), 'text/plain');

    expect((await store.get(key)).bytes).toHaveLength(0);
  });

  it('gives the bytes as they are read, and any part of them', async () => {
    const store = await open();
    await store.put(key, Buffer.from('0123456789'), 'text/plain');

    expect(await text(await store.stream(key))).toBe('0123456789');
    expect(await text(await store.stream(key, { start: 2, end: 4 }))).toBe('234');
    await expect(store.stream('usr_1/zz/att_none')).rejects.toMatchObject({
      code: 'media.not_found',
    });
  });

  it('replaces a file that is put again', async () => {
    const store = await open();
    await store.put(key, Buffer.from('long before'), 'text/plain');

    await store.put(key, Buffer.from('after'), 'image/png');

    const kept = await store.get(key);
    expect(Buffer.from(kept.bytes).toString()).toBe('after');
    expect(kept.mimeType).toBe('image/png');
  });

  it('says that there is nothing under a key', async () => {
    const store = await open();

    await expect(store.get(key)).rejects.toMatchObject({ code: 'media.not_found' });
  });

  it('deletes a file, and is content when there is none', async () => {
    const store = await open();
    await store.put(key, Buffer.from('x'), 'text/plain');

    await store.delete(key);
    await store.delete(key);

    await expect(store.get(key)).rejects.toMatchObject({ code: 'media.not_found' });
  });

  // Seen to fail, with the files of others in reach, when the key is used unchecked.
  it.each([
    '../escape',
    'usr_1/../../escape',
    '/etc/passwd',
    'usr_1//x',
    'usr_1/.incoming',
    'usr_1',
    '',
  ])('touches nothing for the key %j', async (bad) => {
    const store = await open();
    const refusal = { code: 'media.bad_key' };

    await expect(async () => store.put(bad, Buffer.from('x'), 'text/plain')).rejects.toMatchObject(
      refusal,
    );
    await expect(async () => store.get(bad)).rejects.toMatchObject(refusal);
    await expect(async () => store.delete(bad)).rejects.toMatchObject(refusal);
  });
}
