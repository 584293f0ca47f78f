import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isObject, textAt } from '../../../simulators/lib/json.ts';
import {
  oggVoiceNote,
  pngSquare,
  sampleFile,
  wavTone,
} from '../../../simulators/meta/sample-files.ts';
import { type Harness, phoneNumberId, startHarness } from '../harness.ts';

let harness: Harness;
let nowMs = Date.now();
beforeEach(async () => {
  harness = await startHarness({ now: () => nowMs });
});
afterEach(() => harness.close());

async function fetchBytes(url: string, token?: string): Promise<{ status: number; bytes: Buffer }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('media', () => {
  it('gives the bytes of an inbound file to the holder of the token, for 5 minutes', async () => {
    const bytes = pngSquare(8);
    const base64 = bytes.toString('base64');
    const put = await harness.control('POST', '/whatsapp/media', { base64, mimeType: 'image/png' });

    const { body } = await harness.graph('GET', `/${textAt(put.body, 'id')}`);
    const url = textAt(body, 'url') ?? '';
    const fetched = await fetchBytes(url, 'token');
    const forbidden = await fetchBytes(url);
    const forged = await fetchBytes(url.replace(/hash=.{4}/, 'hash=0000'), 'token');
    nowMs += 5 * 60 * 1000 + 1;
    const late = await fetchBytes(url, 'token');

    expect(body).toMatchObject({
      mime_type: 'image/png',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      file_size: String(bytes.length),
    });
    expect(fetched).toEqual({ status: 200, bytes });
    expect([forbidden.status, forged.status, late.status]).toEqual([401, 404, 404]);
  });

  it('keeps an uploaded file to send', async () => {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', 'image/png');
    form.set('file', new Blob([new Uint8Array(pngSquare(1))]), 'a.png');

    const response = await fetch(`${harness.simulators.graphUrl}/v25.0/${phoneNumberId}/media`, {
      method: 'POST',
      headers: { authorization: 'Bearer token' },
      body: form,
    });
    const uploaded: unknown = await response.json();
    const id = isObject(uploaded) ? textAt(uploaded, 'id') : '';
    const sent = await harness.send('', { type: 'image', image: { id } });
    const unknown = await harness.send('', { type: 'image', image: { id: '990077000' } });

    expect(response.status).toBe(200);
    expect(sent.status).toBe(200);
    expect(unknown.body).toMatchObject({ error: { code: 131009 } });
  });

  it('does not know a media id that was never given', async () => {
    const answer = await harness.graph('GET', '/9900771');

    expect(answer.body).toMatchObject({ error: { code: 100, error_subcode: 33 } });
  });
});

describe('sample files', () => {
  it('are what their types say, the same each time', () => {
    const starts = { image: '\x89PNG', audio: 'OggS', document: '%PDF', sticker: 'RIFF' };
    for (const [kind, start] of Object.entries(starts)) {
      expect(sampleFile(kind).bytes.subarray(0, 4).toString('latin1')).toBe(start);
      expect(sampleFile(kind)).toEqual(sampleFile(kind));
    }
    expect(wavTone(100).length).toBe(44 + 1600);
    expect(oggVoiceNote('Hola').toString()).toContain('TRANSCRIPT=Hola');
  });
});
