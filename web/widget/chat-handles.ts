import type { Attachment, FormAnswers } from './protocol.ts';
import type { State } from './state.ts';

/** What the visitor can do; the views know nothing else of the world. */
export type Chat = {
  state(): State;
  listen(listener: () => void): () => void;
  open(): void;
  close(): void;
  send(text: string, attachments: Attachment[]): void;
  /** Keeps what stands in the field. */
  compose(text: string): void;
  /** Takes what was refused back into the field. */
  edit(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  answerForm(answers: FormAnswers): void;
  isTyping(): void;
  attach(file: File): void;
  sendVoiceNote(file: File): void;
  uploadAgain(localId: string): void;
  cancelUpload(localId: string): void;
  clearUploads(localIds: string[]): void;
  loadOlder(): void;
  refreshFile(attachment: Attachment): void;
  /** The visitor has the newest message before their eyes. */
  sawNewest(): void;
  /** Ends everything that runs; `forget` also clears what is stored, here and in other tabs. */
  stop(options?: { forget: boolean }): void;
};
