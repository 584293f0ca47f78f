import { PermanentError } from '../../lib/errors.ts';
import type { Refusal } from '../intake/refusal.ts';

/** A file that is not taken in; the message says in plain words what is wrong with it. */
export class AttachmentRefused extends PermanentError {
  override readonly code: string;
  override readonly status: number;

  constructor(because: Refusal, words: string) {
    super(`This file ${words}.`);
    this.code = `attachment.${because}`;
    this.status = because === 'too_large' ? 413 : 422;
  }
}

/** A file that whoever names it did not upload, or that a message has already. */
export class UnknownAttachment extends PermanentError {
  override readonly code = 'attachment.unknown';
  override readonly status = 422;
}
