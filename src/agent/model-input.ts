import { z } from 'zod';
import type { ModelMessage } from '../llm/language-model.ts';
import { describeAttachment } from '../media/describe-attachment.ts';
import type { TimelineMessage } from './turn-facts.ts';

/** Pictures that can be shown to the model, by attachment. */
export type LoadedImages = Map<string, { mimeType: string; base64: string }>;

/** A message may not fill the whole budget by itself; what is cut off is said to be. */
const longestMessageCharacters = 24_000;
/** A model cannot be asked with nothing at all. */
const nothingToRead = '[The customer sent a message without text.]';
/** What a picture costs a model, roughly, in tokens. */
const tokensPerImage = 1_000;
/** English has about 4 characters a token, other scripts fewer: counted on the safe side. */
const charactersPerToken = 3;

/**
 * What the model is given of a conversation: exactly what the customer saw, oldest first, as much of the
 * newest part as fits the budget and never less than everything unanswered. What is unanswered comes last,
 * also when a reply to something earlier was stored after it: else the model would think it answered.
 */
export function modelInput(options: {
  timeline: TimelineMessage[];
  answeredThrough: number;
  images: LoadedImages;
  budgetTokens: number;
}): ModelMessage[] {
  const chosen: ModelMessage[] = [];
  let spent = 0;
  const isUnanswered = (message: TimelineMessage): boolean =>
    isCustomers(message) && message.sequenceNo > options.answeredThrough;
  const isSettled = (message: TimelineMessage): boolean => !isUnanswered(message);
  const { timeline } = options;
  const ordered = [...timeline.filter(isSettled), ...timeline.filter(isUnanswered)];
  for (const message of ordered.reverse()) {
    const shown = show(message, options.images);
    if (shown === undefined) continue;
    spent += estimateTokens(shown);
    if (spent > options.budgetTokens && isSettled(message) && chosen.length > 0) break;
    chosen.push(shown);
  }
  return chosen.reverse();
}

function isCustomers({ author }: TimelineMessage): boolean {
  return author === 'customer' || author === 'system';
}

function show(message: TimelineMessage, images: LoadedImages): ModelMessage | undefined {
  if (message.revoked) return undefined;
  if (message.author === 'ai' || message.author === 'human') {
    const text = cut(message.text) + filesBelow(message) + buttonBelow(message);
    return message.failed || text === ''
      ? undefined
      : { role: 'business', text: (text + reactionTo(message)).trim() };
  }
  const shownImages = (message.attachments ?? []).flatMap((attachment) => {
    const image = images.get(attachment.attachmentId);
    return image === undefined ? [] : [image];
  });
  const text = [message.text, describe(message, images)].filter((part) => part !== '').join('\n');
  if (text === '' && shownImages.length === 0) {
    return message.author === 'customer' ? { role: 'customer', text: nothingToRead } : undefined;
  }
  return {
    role: 'customer',
    text: cut(text),
    ...(shownImages.length > 0 ? { images: shownImages } : {}),
  };
}

function describe(message: TimelineMessage, images: LoadedImages): string {
  return describeAttachment({
    type: message.type,
    details: message.content,
    attachments: (message.attachments ?? []).map((file) => ({
      kind: file.kind,
      isShown: images.has(file.attachmentId),
      filename: file.filename ?? undefined,
      mimeType: file.mimeType ?? undefined,
      sizeBytes: file.sizeBytes ?? undefined,
      isVoiceNote: file.isVoiceNote,
      refusal: file.refusal ?? undefined,
      transcript: file.transcript ?? undefined,
    })),
  });
}

/** What people of the business sent; their own words say what it is. */
function filesBelow({ attachments }: TimelineMessage): string {
  return (attachments ?? [])
    .map(({ kind, filename }) => {
      const name = filename === null ? '' : ` named ${JSON.stringify(filename)}`;
      return `\n[A file was sent: ${kind}${name}]`;
    })
    .join('');
}

const Button = z.object({ button: z.object({ label: z.string() }) });

function buttonBelow({ content }: TimelineMessage): string {
  const shown = Button.safeParse(content);
  return shown.success ? `\n[A button was shown: ${shown.data.button.label}]` : '';
}

function reactionTo(message: TimelineMessage): string {
  return message.reaction === null ? '' : `\n[The customer reacted with ${message.reaction}]`;
}

function cut(text: string): string {
  if (text.length <= longestMessageCharacters) return text;
  return `${text.slice(0, longestMessageCharacters).toWellFormed()}\n[The message is longer; the rest was cut off.]`;
}

function estimateTokens(message: ModelMessage): number {
  if (message.role !== 'customer' && message.role !== 'business') return 0;
  const images = message.role === 'customer' ? (message.images?.length ?? 0) : 0;
  return Math.ceil(message.text.length / charactersPerToken) + images * tokensPerImage + 4;
}
