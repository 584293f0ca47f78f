import { isRecord, listOf, numberOf, oneOf, textOf, webAddress } from './fields.ts';
import type { Attachment, FormField, HandledBy, Message, Session, Settings } from './protocol.ts';

/** A message as the server sent it; undefined when it is none. Addresses are made absolute on `base`. */
export function readMessage(value: unknown, base: string): Message | undefined {
  if (!isRecord(value)) return undefined;
  const messageId = textOf(value['messageId']);
  const sequenceNo = numberOf(value['sequenceNo']);
  if (messageId === null || sequenceNo === null) return undefined;
  const sender = oneOf(value['sender'], ['visitor', 'business']) ?? 'business';
  return {
    messageId,
    sequenceNo,
    sender,
    conversationId: textOf(value['conversationId']) ?? '',
    clientMessageId: textOf(value['clientMessageId']),
    author:
      oneOf(value['author'], ['customer', 'ai', 'human', 'system']) ??
      (sender === 'visitor' ? 'customer' : 'ai'),
    text: textOf(value['text']) ?? '',
    button: readButton(value['content'], base),
    attachments: listOf(value['attachments'], (item) => readAttachment(item, base)),
    timestamp: textOf(value['timestamp']) ?? '',
  };
}

/** A file of a message, or one just uploaded. */
export function readAttachment(value: unknown, base: string): Attachment | undefined {
  if (!isRecord(value)) return undefined;
  const attachmentId = textOf(value['attachmentId']);
  if (attachmentId === null) return undefined;
  return {
    attachmentId,
    kind: oneOf(value['kind'], ['image', 'video', 'audio', 'document', 'sticker']) ?? 'document',
    mimeType: textOf(value['mimeType']) ?? '',
    filename: textOf(value['filename']) ?? '',
    sizeBytes: numberOf(value['sizeBytes']) ?? 0,
    isVoiceNote: value['isVoiceNote'] === true,
    width: numberOf(value['width']),
    height: numberOf(value['height']),
    url: webAddress(value['url'], base) ?? '',
    thumbnailUrl: webAddress(value['thumbnailUrl'], base),
  };
}

/** The answer of `POST /webchat/sessions`. */
export function readSession(value: unknown): Session | undefined {
  if (!isRecord(value)) return undefined;
  const token = textOf(value['token']);
  if (token === null) return undefined;
  return {
    token,
    conversationId: textOf(value['conversationId']),
    lastSequenceNo: numberOf(value['lastSequenceNo']) ?? 0,
    settings: readSettings(value['settings']),
    agentName: textOf(value['agentName']),
    handledBy: readHandledBy(value['handledBy']) ?? 'ai',
  };
}

/** Who answers; undefined when that is not said. */
export function readHandledBy(value: unknown): HandledBy | undefined {
  return oneOf(value, ['ai', 'human']);
}

/** `settings.webchat` of the agent. What is missing or odd is as if it were not set. */
export function readSettings(value: unknown): Settings {
  const given = isRecord(value) ? value : {};
  return {
    title: textOf(given['title']),
    greeting: textOf(given['greeting']),
    quickReplies: listOf(given['quickReplies'], (item) => textOf(item) ?? undefined),
    color: readColor(given['color']),
    position: oneOf(given['position'], ['left', 'right']) ?? null,
    language: textOf(given['language']),
    preChat: readForm(given['preChat']),
    attachments: given['attachments'] !== false,
  };
}

/** A colour as `#rrggbb`, and nothing else that could get into a style. */
export function readColor(value: unknown): string | null {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : null;
}

function readForm(value: unknown): Settings['preChat'] {
  if (!isRecord(value)) return null;
  const fields = listOf(value['fields'], (item): FormField | undefined => {
    if (!isRecord(item)) return undefined;
    const name = oneOf(item['name'], ['name', 'email', 'phone', 'company']);
    return name === undefined ? undefined : { name, required: item['required'] === true };
  });
  return fields.length === 0 ? null : { fields, note: textOf(value['note']) };
}

function readButton(content: unknown, base: string): Message['button'] {
  const button = isRecord(content) ? content['button'] : undefined;
  if (!isRecord(button)) return null;
  const label = textOf(button['label']);
  const url = webAddress(button['url'], base);
  return label === null || url === null ? null : { label, url };
}
