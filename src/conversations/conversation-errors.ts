import { PermanentError } from '../lib/errors.ts';

/** The provider takes no free text any more until the customer writes again. */
export class ReplyWindowClosed extends PermanentError {
  override readonly code = 'channel.reply_window_closed';
  override readonly status = 409;
}

/** The text does not fit one message. */
export class MessageTooLong extends PermanentError {
  override readonly code = 'message.too_long';
  override readonly status = 422;
}

/** The conversation was archived; the customer may have a newer one. */
export class ConversationArchived extends PermanentError {
  override readonly code = 'conversation.archived';
  override readonly status = 409;
}

/** The same Idempotency-Key came with another text. */
export class MessageKeyReused extends PermanentError {
  override readonly code = 'idempotency.key_reused';
  override readonly status = 409;
}

/** The channel does not take this file, or no text with it, or nobody could fetch it. */
export class FileNotSendable extends PermanentError {
  override readonly code = 'attachment.not_sendable';
  override readonly status = 422;
}
