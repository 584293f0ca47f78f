import { z } from 'zod';
import {
  OptionalFlag,
  OptionalId,
  OptionalName,
  OptionalText,
  type Reading,
  read,
} from '../fields.ts';
import type { MediaReference, MessageContent } from '../inbound-event.ts';

const Media = z.object({
  id: OptionalId,
  url: OptionalText,
  caption: OptionalText,
  mime_type: OptionalName,
  sha256: OptionalName,
  filename: OptionalName,
  voice: OptionalFlag,
  animated: OptionalFlag,
});

/** Readers for the types of message that are a file, each under the name of its type. */
export const mediaReaders = (['image', 'video', 'audio', 'document', 'sticker'] as const).map(
  (kind) => [kind, (message: Record<string, unknown>) => readMedia(kind, message[kind])] as const,
);

function readMedia(kind: MediaReference['kind'], member: unknown): Reading<MessageContent> {
  const reading = read(`${kind} message`, Media, member);
  if (!reading.ok) {
    return reading;
  }
  const { caption, animated } = reading.value;
  const media = reference(kind, reading.value);
  if (media.providerMediaId === undefined && media.url === undefined) {
    return { ok: false, reason: `malformed ${kind} message: id` };
  }
  const details = animated === undefined ? {} : { animated };
  return { ok: true, value: { type: kind, text: caption ?? '', details, media: [media] } };
}

function reference(kind: MediaReference['kind'], media: z.infer<typeof Media>): MediaReference {
  return {
    kind,
    ...(media.id === undefined ? {} : { providerMediaId: media.id }),
    ...(media.url === undefined ? {} : { url: media.url }),
    ...(media.mime_type === undefined ? {} : { mimeType: media.mime_type }),
    ...(media.sha256 === undefined ? {} : { sha256: media.sha256 }),
    ...(media.filename === undefined ? {} : { filename: media.filename }),
    ...(media.voice === undefined ? {} : { isVoiceNote: media.voice }),
  };
}
