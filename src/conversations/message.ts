import { z } from 'zod';
import { Timestamp } from '../lib/http/fields.ts';

/** A file of a message, without the file. */
const Attachment = z.object({
  attachmentId: z.string(),
  kind: z.string(),
  mimeType: z.string().nullable(),
  filename: z.string().nullable(),
  isVoiceNote: z.boolean(),
  sizeBytes: z.number().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  status: z.enum(['pending', 'stored', 'failed']),
  /** Why we did not keep it, if so: a code of ours. */
  refusal: z.string().nullable(),
  hasThumbnail: z.boolean(),
  transcript: z.string().nullable(),
});

/** A message as the API shows it; the order is that of `sequenceNo`, not of the times. */
export const Message = z.object({
  messageId: z.string(),
  conversationId: z.string(),
  sequenceNo: z.number().int(),
  sender: z.enum(['user', 'agent']),
  author: z.enum(['customer', 'ai', 'human', 'system']),
  type: z.string(),
  text: z.string(),
  content: z.record(z.string(), z.unknown()),
  status: z.enum(['sent', 'failed', 'pending']),
  deliveryStatus: z.enum(['pending', 'sent', 'delivered', 'read', 'failed']).nullable(),
  errorCode: z.number().int().nullable(),
  errorText: z.string().nullable(),
  reaction: z.string().nullable(),
  replyTo: z.string().nullable(),
  platformMessageId: z.string().nullable(),
  timestamp: Timestamp,
  providerTimestamp: Timestamp.nullable(),
  editedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  attachments: z.array(Attachment),
});
export type Message = z.infer<typeof Message>;

/** Selects a Message from `messages m` of one tenant; join nothing else. */
export const selectMessages = `
  select m.message_id as "messageId", m.conversation_id as "conversationId",
         m.sequence_no as "sequenceNo", m.sender, m.author, m.type, m.text, m.content, m.status,
         d.status as "deliveryStatus", d.error_code as "errorCode", d.error_message as "errorText",
         m.reaction, m.reply_to as "replyTo", m.platform_message_id as "platformMessageId",
         m."timestamp", m.provider_timestamp as "providerTimestamp", m.edited_at as "editedAt",
         m.revoked_at as "revokedAt", coalesce(f.attachments, '[]') as attachments
    from messages m
    left join message_delivery_status d on d.message_id = m.message_id and d.user_id = m.user_id
    left join lateral (
      select json_agg(json_build_object(
               'attachmentId', x.attachment_id, 'kind', x.kind, 'mimeType', x.mime_type,
               'filename', x.filename, 'isVoiceNote', x.is_voice_note,
               'sizeBytes', x.size_bytes, 'width', x.width, 'height', x.height,
               'status', x.status, 'refusal', x.refusal,
               'hasThumbnail', x.thumbnail_key is not null, 'transcript', x.transcript)
               order by x.position) as attachments
        from attachments x
       where x.message_id = m.message_id and x.user_id = m.user_id
    ) f on true`;
