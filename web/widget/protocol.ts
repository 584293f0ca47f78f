/** The words of docs/webchat.md, as the widget holds them after reading an answer. */

export type Attachment = {
  attachmentId: string;
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  mimeType: string;
  filename: string;
  sizeBytes: number;
  isVoiceNote: boolean;
  width: number | null;
  height: number | null;
  url: string;
  thumbnailUrl: string | null;
};

export type Message = {
  messageId: string;
  conversationId: string;
  sequenceNo: number;
  clientMessageId: string | null;
  sender: 'visitor' | 'business';
  author: 'customer' | 'ai' | 'human' | 'system';
  text: string;
  button: { label: string; url: string } | null;
  attachments: Attachment[];
  timestamp: string;
};

export type HandledBy = 'ai' | 'human';

export type FormField = { name: 'name' | 'email' | 'phone' | 'company'; required: boolean };

/** The answers of the form before the first message. */
export type FormAnswers = Partial<Record<FormField['name'], string>>;

export type Settings = {
  title: string | null;
  greeting: string | null;
  quickReplies: string[];
  color: string | null;
  position: 'left' | 'right' | null;
  language: string | null;
  preChat: { fields: FormField[]; note: string | null } | null;
  attachments: boolean;
};

export type Session = {
  token: string;
  conversationId: string | null;
  lastSequenceNo: number;
  settings: Settings;
  agentName: string | null;
  handledBy: HandledBy;
};

/** One server-sent event; `data` is what its JSON says, not yet looked at. */
export type StreamEvent = { name: string; data: unknown };
