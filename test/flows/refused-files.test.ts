import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { messagesOf } from '../support/ask-api.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { type InstagramStage, instagramStage } from '../support/instagram-stage.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let instagram: InstagramStage;
beforeAll(async () => {
  stage = await openStage();
  instagram = instagramStage(stage);
  await stage.start('all');
});
afterAll(() => stage.close());

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

const page = base64('<!doctype html><script>alert(1)</script>');
const program = base64('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff');
const cutOff = base64('\xff\xd8\xff\xe0\0\x10JFIF');

async function filesOf(tenant: Tenant) {
  return (await messagesOf(stage, tenant)).flatMap(({ attachments }) => attachments);
}

/** What the agent was told, as it repeats it: the simulated model does. */
function toldTo(tenant: Tenant): string {
  return reached(stage, tenant)
    .map(({ text }) => text ?? '')
    .join('\n');
}

// Seen failing with the refusal left out of describeFile, and with what takeIn refused kept all the same.
describe('a file that is refused', () => {
  it.each([
    {
      name: 'a JPEG that is a page',
      type: 'image',
      media: { base64: page, mimeType: 'image/jpeg' },
      words:
        'sent an image, which was refused and cannot be seen by anybody: it is not the JPEG picture that it claims to be.',
    },
    {
      name: 'a PDF that is a program',
      type: 'document',
      media: { base64: program, mimeType: 'application/pdf', filename: 'invoice.pdf' },
      words:
        'sent a document named "invoice.pdf", which was refused and cannot be seen by anybody: it is not the PDF that it claims to be.',
    },
    {
      name: 'a picture that is cut off',
      type: 'image',
      media: { base64: cutOff, mimeType: 'image/jpeg' },
      words: 'it is damaged or incomplete and cannot be read.',
    },
    {
      name: 'a voice note that is a page',
      type: 'audio',
      media: { base64: page, mimeType: 'audio/ogg; codecs=opus' },
      words:
        'sent a voice message, which was refused and cannot be seen by anybody: it is not the audio file that it claims to be.',
    },
    {
      name: 'too large a film',
      type: 'video',
      media: {
        base64: Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(65 << 20)]).toString(
          'base64',
        ),
        mimeType: 'video/mp4',
      },
      words: 'it is larger than 64 MB, the most that can be accepted.',
    },
  ])(
    'is explained to the customer, and reaches neither the store nor the model: $name',
    async ({ name, type, media, words }) => {
      const tenant = await stage.tenant();
      await stage.write(tenant, stage.customer(), name, { type, media });

      await expectSettled(stage, tenant, { notRepeated: [name] });

      expect(toldTo(tenant)).toContain(words);
      expect(await filesOf(tenant)).toMatchObject([{ status: 'failed' }]);
      const { rows } = await stage.owner.query(
        'select storage_key as kept, thumbnail_key as small from attachments where user_id = $1',
        [tenant.userId],
      );
      expect(rows).toEqual([{ kept: null, small: null }]);
    },
  );

  it('is one on Instagram too, where only its kind is told', async () => {
    const tenant = await instagram.tenant();
    await instagram.write(tenant, instagram.customer(), 'my kitchen', {
      attachments: [{ type: 'image', base64: program, mimeType: 'image/jpeg' }, { type: 'image' }],
    });

    await instagram.expectSettled(tenant, { notRepeated: ['my kitchen'] });

    const told = instagram
      .reached(tenant)
      .map(({ text }) => text ?? '')
      .join('\n');
    expect(told).toContain('it is not the picture that it claims to be.');
    expect(await filesOf(tenant)).toMatchObject([
      { status: 'failed' },
      { status: 'stored', mimeType: 'image/png' },
    ]);
  });
});

describe('a story that is announced as an image', () => {
  it('is the film that it is', async () => {
    const tenant = await instagram.tenant();
    const film = Buffer.from('\0\0\0\x14ftypisom\0\0\x02\0isom').toString('base64');
    await instagram.write(tenant, instagram.customer(), 'look', {
      attachments: [{ type: 'story_mention', base64: film, mimeType: 'video/mp4' }],
    });

    await instagram.expectSettled(tenant, { notRepeated: ['look'] });

    expect(await filesOf(tenant)).toMatchObject([
      { kind: 'video', status: 'stored', mimeType: 'video/mp4' },
    ]);
  });
});
