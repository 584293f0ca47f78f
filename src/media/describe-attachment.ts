import { describeDetails } from './describe-details.ts';
import { quoted, sizeText } from './describe-words.ts';
import type { Refusal } from './intake/refusal.ts';
import { refusalWords } from './intake/refusal-words.ts';
import type { MediaKind } from './media-kind.ts';

/** What we know of one file of a message. `isShown` when the model is given the picture itself. */
export type AttachmentFacts = {
  kind: MediaKind;
  isShown: boolean;
  filename?: string | undefined;
  mimeType?: string | undefined;
  sizeBytes?: number | undefined;
  isVoiceNote?: boolean | undefined;
  /** Why we did not keep it. */
  refusal?: Refusal | undefined;
  /** What was said in it, if it was heard. */
  transcript?: string | undefined;
};

/** A message's type and details, in the words of our own inbound events. */
export type DescribedMessage = {
  type: string;
  details: Record<string, unknown>;
  attachments: AttachmentFacts[];
};

/**
 * Tells the model, in brackets and a line for each thing, what came with the message that it cannot see or hear;
 * '' when there is nothing to tell. What the customer wrote is quoted and cut, so that it does not pass for our words.
 */
export function describeAttachment(message: DescribedMessage): string {
  const details = describeDetails(message.type, message.details);
  const isAnimated = message.details['animated'] === true;
  const files = message.attachments.map((file) => describeFile(file, isAnimated));
  return [details, ...files]
    .filter((sentence) => sentence !== '')
    .map((sentence) => `[${sentence}]`)
    .join('\n');
}

function describeFile(file: AttachmentFacts, isAnimated: boolean): string {
  if (file.refusal !== undefined) return describeRefused(file, file.refusal);
  switch (file.kind) {
    case 'image':
      return file.isShown ? '' : 'The customer sent an image that cannot be shown to you.';
    case 'video':
      return `The customer sent a video${facts(file)}, which you cannot watch.`;
    case 'audio':
      return describeAudio(file);
    case 'document':
      return `The customer sent a document${facts(file)}, which you cannot open.`;
    case 'sticker':
      return file.isShown ? '' : `The customer sent ${isAnimated ? 'an animated' : 'a'} sticker.`;
  }
}

const kindNames: Record<MediaKind, string> = {
  image: 'an image',
  video: 'a video',
  audio: 'an audio file',
  document: 'a document',
  sticker: 'a sticker',
};

/** The customer does not know of it yet: nobody else tells them. */
function describeRefused(file: AttachmentFacts, because: Refusal): string {
  const what = file.isVoiceNote ? 'a voice message' : kindNames[file.kind];
  const name = file.filename ? ` named ${quoted(file.filename, 200)}` : '';
  const wrong = refusalWords({ ...file, because });
  return `The customer sent ${what}${name}, which was refused and cannot be seen by anybody: it ${wrong}. Tell the customer what is wrong with it, in plain words.`;
}

function describeAudio(file: AttachmentFacts): string {
  const what = file.isVoiceNote ? 'a voice message' : `an audio file${facts(file)}`;
  const { transcript } = file;
  if (transcript === undefined) {
    return `The customer sent ${what}, which could not be heard.`;
  }
  return transcript.trim() === ''
    ? `The customer sent ${what} in which nothing is said.`
    : `The customer sent ${what} and says: ${quoted(transcript, 20_000)}`;
}

function facts({ filename, mimeType, sizeBytes }: AttachmentFacts): string {
  const known = [
    mimeType === undefined ? '' : typeName(mimeType),
    sizeBytes === undefined ? '' : sizeText(sizeBytes),
  ].filter((fact) => fact !== '');
  const name = filename ? ` named ${quoted(filename, 200)}` : '';
  return known.length === 0 ? name : `${name} (${known.join(', ')})`;
}

const typeNames: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/msword': 'Word',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.ms-excel': 'Excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.ms-powerpoint': 'PowerPoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/zip': 'ZIP archive',
  'text/csv': 'CSV',
  'text/plain': 'text',
};

function typeName(mimeType: string): string {
  const [bare = ''] = mimeType.split(';');
  const name = bare.trim().toLowerCase();
  return typeNames[name] ?? (/^[a-z0-9.+/-]{1,100}$/.test(name) ? name : '');
}
