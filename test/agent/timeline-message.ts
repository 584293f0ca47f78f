import type { TimelineAttachment, TimelineMessage } from '../../src/agent/turn-facts.ts';

/** A message of a timeline: the customer's text, as far as a test mentions nothing else. */
export function timelineMessage(
  sequenceNo: number,
  given: Partial<TimelineMessage> = {},
): TimelineMessage {
  return {
    sequenceNo,
    author: 'customer',
    type: 'text',
    text: `text ${sequenceNo}`,
    content: {},
    platformMessageId: `wamid.${sequenceNo}`,
    reaction: null,
    revoked: false,
    failed: false,
    attachments: null,
    ...given,
  };
}

/** A file that is stored, as far as a test mentions nothing else. */
export function timelineAttachment(given: Partial<TimelineAttachment> = {}): TimelineAttachment {
  return {
    attachmentId: 'att_1',
    kind: 'image',
    status: 'stored',
    refusal: null,
    mimeType: 'image/png',
    filename: null,
    isVoiceNote: false,
    sizeBytes: 1_000,
    storageKey: 'key',
    transcript: null,
    ...given,
  };
}
