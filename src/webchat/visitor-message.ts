import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { queryAsTenants } from '../lib/tenant.ts';

const Attachment = z.object({
  attachmentId: z.string(),
  kind: z.string(),
  mimeType: z.string().nullable(),
  filename: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  isVoiceNote: z.boolean(),
  isStored: z.boolean(),
  hasThumbnail: z.boolean(),
});

const MessageRow = z.object({
  messageId: z.string(),
  conversationId: z.string(),
  sequenceNo: z.number(),
  clientMessageId: z.string().nullable(),
  sender: z.enum(['visitor', 'business']),
  author: z.enum(['customer', 'ai', 'human', 'system']),
  type: z.string(),
  text: z.string(),
  content: z.object({ button: z.object({ label: z.string(), url: z.string() }).exactOptional() }),
  timestamp: Timestamp,
  attachments: z.array(Attachment),
});

/** A message as its visitor is shown it. */
export type VisitorMessage = z.infer<typeof MessageRow>;

/** What stands before a visitor's own id of a message in the provider's id that we keep. */
export const clientIdPrefix = 'visitor:';

/** A part of one conversation: after a number, or before one. */
export type MessagesWanted = { userId: string; conversationId: string; limit: number } & (
  | { after: number }
  | { before: number }
);

/** Messages in the order of their numbers; of those before a number, the newest. */
export async function visitorMessages(
  app: Pool,
  wanted: MessagesWanted,
): Promise<VisitorMessage[]> {
  const isBackwards = 'before' in wanted;
  const order = isBackwards ? 'desc' : 'asc';
  const rows = await queryAsTenants(
    app,
    [wanted.userId],
    {
      name: `webchat_messages_${order}`,
      text: `${selectMessages} and m.sequence_no > $3 and m.sequence_no < $4
              order by m.sequence_no ${order}
              limit $5`,
      values: [
        wanted.userId,
        wanted.conversationId,
        isBackwards ? 0 : wanted.after,
        isBackwards ? wanted.before : 2_147_483_647,
        wanted.limit,
      ],
    },
    'lazy',
  );
  const messages = rows.map((row) => MessageRow.parse(row));
  return isBackwards ? messages.reverse() : messages;
}

/** One message by its visitor's own id of it. */
export async function visitorMessage(
  app: Pool,
  wanted: { userId: string; conversationId: string; clientMessageId: string },
): Promise<VisitorMessage | undefined> {
  const { userId, conversationId, clientMessageId } = wanted;
  const [row] = await queryAsTenants(
    app,
    [userId],
    {
      name: 'webchat_message',
      text: `${selectMessages} and m.platform_message_id = $3`,
      values: [userId, conversationId, `${clientIdPrefix}${clientMessageId}`],
    },
    'lazy',
  );
  return row === undefined ? undefined : MessageRow.parse(row);
}

// What the agent's people and the system write to each other has no place here, and there is none of it yet.
const selectMessages = `
  select m.message_id as "messageId", m.conversation_id as "conversationId",
         m.sequence_no as "sequenceNo",
         case when m.author = 'customer' and m.platform_message_id like '${clientIdPrefix}%'
           then substr(m.platform_message_id, ${clientIdPrefix.length + 1}) end as "clientMessageId",
         case m.sender when 'user' then 'visitor' else 'business' end as sender,
         m.author, m.type, m.text,
         case when m.content ? 'button' then jsonb_build_object('button', jsonb_build_object(
                'label', m.content -> 'button' -> 'label', 'url', m.content -> 'button' -> 'url'))
              else '{}' end as content,
         m."timestamp", coalesce(f.attachments, '[]') as attachments
    from messages m
    left join lateral (
      select json_agg(json_build_object(
               'attachmentId', x.attachment_id, 'kind', x.kind, 'mimeType', x.mime_type,
               'filename', x.filename, 'sizeBytes', x.size_bytes, 'width', x.width, 'height', x.height,
               'isVoiceNote', x.is_voice_note, 'isStored', x.status = 'stored',
               'hasThumbnail', x.thumbnail_key is not null)
               order by x.position) as attachments
        from attachments x
       where x.message_id = m.message_id and x.user_id = m.user_id
    ) f on true
   where m.user_id = $1 and m.conversation_id = $2 and m.revoked_at is null`;
