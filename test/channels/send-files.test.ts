import { describe, expect, it } from '@jest/globals';
import type { OutboundMessage } from '../../src/channels/channel.ts';
import { ruleFor } from '../../src/channels/file-rules.ts';
import { instagramFiles } from '../../src/channels/instagram/files.ts';
import { sendBody as instagramBody } from '../../src/channels/instagram/send.ts';
import { whatsappFiles } from '../../src/channels/whatsapp/files.ts';
import { sendBody as whatsappBody } from '../../src/channels/whatsapp/send.ts';

const megabyte = 1024 * 1024;
const url = 'https://rapport.example/media/a.b.c';

const file = (more: Partial<Extract<OutboundMessage, { kind: 'file' }>>) => ({
  kind: 'file' as const,
  as: 'image' as const,
  url,
  mimeType: 'image/png',
  filename: 'oak.png',
  caption: '',
  isVoiceNote: false,
  ...more,
});

const whatsapp = (message: OutboundMessage) => whatsappBody('15550100042', message, 'msg_1');

describe('a file on WhatsApp', () => {
  it('goes by its address, with its words', () => {
    expect(whatsapp(file({ caption: 'like this\0' }))).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+15550100042',
      type: 'image',
      image: { link: url, caption: 'like this' },
      biz_opaque_callback_data: 'msg_1',
    });
  });

  it('has its name where it is a document, and is a voice note where it is one', () => {
    const pdf = { as: 'document', mimeType: 'application/pdf', filename: 'a.pdf' } as const;
    const voice = { as: 'audio', mimeType: 'audio/ogg', isVoiceNote: true } as const;

    expect(whatsapp(file(pdf))).toMatchObject({ document: { link: url, filename: 'a.pdf' } });
    expect(whatsapp(file({ ...pdf, filename: null }))?.['document']).toEqual({ link: url });
    expect(whatsapp(file(voice))?.['audio']).toEqual({ link: url, voice: true });
    expect(whatsapp(file({ ...voice, mimeType: 'audio/mp4' }))?.['audio']).toEqual({ link: url });
  });

  it.each([
    ['image/png', 5 * megabyte, 'image'],
    ['image/png', 5 * megabyte + 1, 'document'],
    ['image/webp', 10, 'document'],
    ['audio/ogg; codecs=opus', 10, 'audio'],
    ['audio/webm', 10, 'document'],
    ['video/mp4', 16 * megabyte + 1, 'document'],
    ['application/pdf', 100 * megabyte, 'document'],
    ['application/pdf', 100 * megabyte + 1, undefined],
  ])('%s of %i bytes goes as %s', (mimeType, sizeBytes, kind) => {
    expect(ruleFor(whatsappFiles, { mimeType, sizeBytes })?.kind).toBe(kind);
  });
});

describe('a file on Instagram', () => {
  it('goes alone, by its address, and late as a person’s', () => {
    expect(instagramBody('42', file({ isLateByPerson: true }))).toEqual({
      recipient: { id: '42' },
      messaging_type: 'MESSAGE_TAG',
      tag: 'HUMAN_AGENT',
      message: { attachment: { type: 'image', payload: { url } } },
    });
    expect(instagramBody('42', file({ as: 'document' }))).toMatchObject({
      message: { attachment: { type: 'file' } },
    });
  });

  it.each([
    ['image/png', 8 * megabyte, 'image'],
    ['image/png', 8 * megabyte + 1, undefined],
    ['image/webp', 10, undefined],
    ['audio/mp4', 10, 'audio'],
    ['audio/ogg', 10, undefined],
    ['application/pdf', 10, 'document'],
    ['application/zip', 10, undefined],
  ])('%s of %i bytes goes as %s', (mimeType, sizeBytes, kind) => {
    expect(ruleFor(instagramFiles, { mimeType, sizeBytes })?.kind).toBe(kind);
  });
});
