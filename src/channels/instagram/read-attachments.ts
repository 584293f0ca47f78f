import { z } from 'zod';
import { OptionalId, OptionalName, OptionalText, present } from '../fields.ts';
import type { MediaReference, MessageContent, MessageType } from '../inbound-event.ts';

const Attachment = z.object({
  type: z.string().max(100),
  payload: z
    .object({ url: OptionalText, title: OptionalText, id: OptionalId, name: OptionalName })
    .catch({ url: undefined, title: undefined, id: undefined, name: undefined }),
});

type Attachment = z.infer<typeof Attachment>;

/** Types whose address leads to the file itself. What customers say aloud in Instagram's app is a voice note. */
const files = new Map<string, Pick<MediaReference, 'kind' | 'isVoiceNote'>>([
  ['image', { kind: 'image' }],
  ['video', { kind: 'video' }],
  ['audio', { kind: 'audio', isVoiceNote: true }],
  ['file', { kind: 'document' }],
  // The story in which the customer mentions the business: mostly a picture, and the bytes tell.
  ['story_mention', { kind: 'image' }],
]);

/** Types that show something of Instagram by a link to its page: HTML, and no file. */
const shares = new Set([
  'share',
  'media',
  'post',
  'ig_post',
  'ig_reel',
  'reel',
  'story',
  'ig_story',
]);

/**
 * The content of a message that has attachments: its files, what was shared as links, and what nobody knows in its
 * details. `text` is what was written; without any, what was shared stands in it, because a person would read that.
 */
export function readAttachments(text: string, list: readonly unknown[]): MessageContent {
  const read = list.flatMap((entry) => {
    const result = Attachment.safeParse(entry);
    return result.success ? [result.data] : [];
  });
  const media = read.flatMap(mediaOf);
  const shared = read.filter(({ type }) => shares.has(type)).map(sharedOf);
  const others = list.filter((entry) => !isUnderstood(entry));
  return {
    type: typeOf(text, media, shared.length),
    text: text === '' && media.length === 0 ? linesOf(shared) : text,
    details: present({
      kind: read.some(({ type }) => type === 'story_mention') ? 'story_mention' : undefined,
      shared: shared.length > 0 ? shared : undefined,
      attachments: others.length > 0 ? others : undefined,
    }),
    media,
  };
}

function isUnderstood(entry: unknown): boolean {
  const { data } = Attachment.safeParse(entry);
  return data !== undefined && (shares.has(data.type) || mediaOf(data).length > 0);
}

function mediaOf({ type, payload }: Attachment): MediaReference[] {
  const file = files.get(type);
  if (file === undefined || payload.url === undefined) {
    return [];
  }
  const { url, name } = payload;
  return [{ ...file, url, ...(name === undefined ? {} : { filename: name }) }];
}

function sharedOf({ type, payload: { url, title, id } }: Attachment): Record<string, unknown> {
  return present({ kind: type, url, title, id });
}

function linesOf(shared: Record<string, unknown>[]): string {
  return shared
    .map(({ title, url }) => [title, url].filter((part) => typeof part === 'string').join('\n'))
    .filter((line) => line !== '')
    .join('\n');
}

function typeOf(text: string, media: MediaReference[], shared: number): MessageType {
  const [first] = media;
  if (first !== undefined) {
    return first.kind;
  }
  return text !== '' || shared > 0 ? 'text' : 'unsupported';
}
