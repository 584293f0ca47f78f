import { mergeMessage, mergeMessages } from './merge-messages.ts';
import type { Attachment, FormAnswers, HandledBy, Message, Session, Settings } from './protocol.ts';
import { afterDelta, type Draft, type Typing } from './writing.ts';

/** Something the visitor wrote that the server has not taken yet. */
export type OutboxEntry = {
  clientMessageId: string;
  text: string;
  attachments: Attachment[];
  form: FormAnswers | null;
  createdAt: number;
  /** Why it can never be taken, in the server's words; null while it is still tried. */
  refusal: string | null;
};

/** A file on its way up, or up and waiting for the message that it goes with. */
export type Upload = {
  localId: string;
  name: string;
  sizeBytes: number;
  /** An address of the picked image in this page. */
  preview: string | null;
  isVoiceNote: boolean;
  /** 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  /** `again` when the network failed and another try may do. */
  failure: { detail: string; again: boolean } | null;
};

export type Connection = 'connecting' | 'live' | 'offline';

/** Everything that the chat shows. */
export type State = {
  settings: Settings | undefined;
  agentName: string | null;
  handledBy: HandledBy;
  conversationId: string | null;
  /** In the order of `sequenceNo`. */
  messages: Message[];
  /** Every message through this one has been seen by this page, or is on an older page of the history. */
  knownThrough: number;
  isHistoryLoaded: boolean;
  isLoadingOlder: boolean;
  outbox: OutboxEntry[];
  uploads: Upload[];
  /** What stands in the field, not sent yet. */
  composing: string;
  draft: Draft | undefined;
  typing: Typing | undefined;
  /** The business has read what the visitor wrote through this one. */
  businessReadThrough: number;
  /** The visitor has read through this one. */
  readThrough: number;
  isOpen: boolean;
  isPageVisible: boolean;
  connection: Connection;
  formAnswers: FormAnswers | null;
  /** What a screen reader is told: the newest finished message of the business. */
  announcement: { id: string; text: string } | undefined;
};

/** What happens. `at` is in milliseconds. */
export type Action =
  | { type: 'session'; session: Session; readThrough: number | null }
  | { type: 'history'; messages: Message[]; through?: number }
  | { type: 'message'; message: Message }
  | { type: 'delta'; turnId: string; text: string; offset: number; at: number }
  | { type: 'typing'; author: HandledBy; at: number }
  | { type: 'handled'; by: HandledBy }
  | { type: 'connection'; connection: Connection }
  | { type: 'outbox'; entries: OutboxEntry[] }
  | { type: 'loading-older'; isLoading: boolean }
  | { type: 'open'; isOpen: boolean }
  | { type: 'visible'; isVisible: boolean }
  | { type: 'read'; through: number }
  | { type: 'compose'; text: string }
  | { type: 'form'; answers: FormAnswers | null }
  | { type: 'upload'; upload: Upload }
  | { type: 'upload-gone'; localIds: string[] }
  | { type: 'expired'; at: number };

/** A chat of which nothing is known yet. */
export const emptyState: State = {
  settings: undefined,
  agentName: null,
  handledBy: 'ai',
  conversationId: null,
  messages: [],
  knownThrough: 0,
  isHistoryLoaded: false,
  isLoadingOlder: false,
  outbox: [],
  uploads: [],
  composing: '',
  draft: undefined,
  typing: undefined,
  businessReadThrough: 0,
  readThrough: 0,
  isOpen: false,
  isPageVisible: true,
  connection: 'connecting',
  formAnswers: null,
  announcement: undefined,
};

/** What the chat shows after something happened. Told twice, or in another order, it shows the same. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'session':
      return withSession(state, action.session, action.readThrough);
    case 'history':
      return withHistory(state, action);
    case 'message':
      return mergeMessage(state, action.message);
    case 'delta':
      return { ...state, draft: afterDelta(state.draft, action), typing: undefined };
    case 'typing':
      return withTyping(state, action);
    case 'handled':
      return { ...state, handledBy: action.by };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'outbox':
      return { ...state, outbox: action.entries };
    case 'loading-older':
      return { ...state, isLoadingOlder: action.isLoading };
    case 'open':
      return { ...state, isOpen: action.isOpen };
    case 'visible':
      return { ...state, isPageVisible: action.isVisible };
    case 'read':
      return { ...state, readThrough: Math.max(state.readThrough, action.through) };
    case 'compose':
      return { ...state, composing: action.text };
    case 'form':
      return { ...state, formAnswers: action.answers };
    case 'upload':
      return { ...state, uploads: withUpload(state.uploads, action.upload) };
    case 'upload-gone':
      return {
        ...state,
        uploads: state.uploads.filter(({ localId }) => !action.localIds.includes(localId)),
      };
    case 'expired':
      return withoutExpired(state, action.at);
  }
}

function withSession(state: State, session: Session, readThrough: number | null): State {
  const isSame = state.conversationId === session.conversationId;
  const known: State = isSame
    ? state
    : {
        ...state,
        messages: [],
        knownThrough: 0,
        businessReadThrough: 0,
        readThrough: 0,
        draft: undefined,
      };
  return {
    ...known,
    settings: session.settings,
    agentName: session.agentName,
    handledBy: session.handledBy,
    conversationId: session.conversationId,
    isHistoryLoaded: (isSame && state.isHistoryLoaded) || session.lastSequenceNo === 0,
    // What came before the session is read as history; the stream takes over from here.
    knownThrough: isSame && state.isHistoryLoaded ? state.knownThrough : session.lastSequenceNo,
    readThrough: Math.max(known.readThrough, readThrough ?? session.lastSequenceNo),
  };
}

function withHistory(state: State, read: { messages: Message[]; through?: number }): State {
  const merged = mergeMessages(state, read.messages);
  return {
    ...merged,
    isHistoryLoaded: true,
    // A message that was taken back leaves a gap that nothing will ever fill.
    knownThrough: Math.max(merged.knownThrough, read.through ?? 0),
  };
}

function withTyping(state: State, { author, at }: { author: HandledBy; at: number }): State {
  const lastSequenceNo = state.messages[state.messages.length - 1]?.sequenceNo ?? 0;
  return {
    ...state,
    typing: { author, at },
    businessReadThrough: Math.max(state.businessReadThrough, lastSequenceNo),
  };
}

function withUpload(uploads: Upload[], upload: Upload): Upload[] {
  const isKnown = uploads.some(({ localId }) => localId === upload.localId);
  if (!isKnown) return [...uploads, upload];
  return uploads.map((one) => (one.localId === upload.localId ? upload : one));
}

/** How long a draft waits for its next piece, and typing for its next word. */
export const draftMs = 30_000;
/** See `draftMs`. */
export const typingMs = 12_000;

function withoutExpired(state: State, at: number): State {
  const isDraftOver = state.draft !== undefined && at - state.draft.at >= draftMs;
  const isTypingOver = state.typing !== undefined && at - state.typing.at >= typingMs;
  if (!isDraftOver && !isTypingOver) return state;
  return {
    ...state,
    draft: isDraftOver ? undefined : state.draft,
    typing: isTypingOver ? undefined : state.typing,
  };
}
