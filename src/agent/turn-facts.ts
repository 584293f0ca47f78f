import { z } from 'zod';
import { parseAgentSettings } from '../accounts/agent-settings.ts';
import { PlatformName } from '../channels/phone-numbers.ts';
import { Refusal } from '../media/intake/refusal.ts';
import { MediaKind } from '../media/media-kind.ts';

const AttachmentFacts = z.object({
  attachmentId: z.string(),
  kind: MediaKind,
  status: z.enum(['pending', 'stored', 'failed']),
  refusal: Refusal.nullable(),
  mimeType: z.string().nullable(),
  filename: z.string().nullable(),
  isVoiceNote: z.boolean(),
  sizeBytes: z.number().nullable(),
  storageKey: z.string().nullable(),
  transcript: z.string().nullable(),
});

const TimelineMessage = z.object({
  sequenceNo: z.number(),
  author: z.enum(['customer', 'ai', 'human', 'system']),
  type: z.string(),
  text: z.string(),
  content: z.record(z.string(), z.unknown()),
  platformMessageId: z.string().nullable(),
  reaction: z.string().nullable(),
  revoked: z.boolean(),
  failed: z.boolean(),
  attachments: z.array(AttachmentFacts).nullable(),
});

/** A message of the timeline as a turn reads it. */
export type TimelineMessage = z.infer<typeof TimelineMessage>;
export type TimelineAttachment = z.infer<typeof AttachmentFacts>;

const TurnFactsRow = z.object({
  turnId: z.string(),
  userId: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  customerAddress: z.string(),
  owedThrough: z.number(),
  answeredThrough: z.number(),
  handledBy: z.enum(['ai', 'human']),
  isPaused: z.boolean(),
  attempts: z.number(),
  isWindowOpen: z.boolean(),
  readAt: z.date(),
  needsAcknowledgement: z.boolean(),
  agentId: z.string(),
  settings: z.unknown().transform(parseAgentSettings),
  platform: PlatformName,
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
  numberHealth: z.string(),
  promptId: z.string(),
  promptVersion: z.number(),
  instructions: z.string(),
  model: z.string(),
  temperature: z.number().nullable(),
  maxOutputTokens: z.number().nullable(),
  credits: z.number(),
  takesBookings: z.boolean(),
  timeline: z.array(TimelineMessage),
});

/** Everything a turn decides on, read at one moment. `timeline` is the newest part, oldest first. */
export type TurnFacts = z.infer<typeof TurnFactsRow>;

/** Parses the row that `turnFactsColumns` selects. */
export function parseTurnFacts(row: unknown): TurnFacts {
  return TurnFactsRow.parse(row);
}

/** The newest message that the turn has seen: it answers through here and no further. */
export function seenThrough(facts: TurnFacts): number {
  return facts.timeline.at(-1)?.sequenceNo ?? 0;
}

/** How many of a conversation's newest messages a turn reads, or all that is unanswered; the model's budget may take fewer. */
const timelineLength = 60;
const longestTimeline = 1_000;

/** Selects the facts of `turn`, a relation with the columns of conversations and needs_acknowledgement. */
export const selectTurnFacts = `
  select t.turn_id as "turnId", t.user_id as "userId", t.conversation_id as "conversationId",
         t.contact_id as "contactId", t.customer_phone as "customerAddress",
         t.owed_through as "owedThrough",
         t.answered_through as "answeredThrough", t.handled_by as "handledBy",
         coalesce(t.ai_paused_until > now(), t.handled_by = 'human') as "isPaused",
         t.turn_attempts as attempts,
         coalesce(t.reply_window_ends_at > now(), false) as "isWindowOpen",
         now() as "readAt",
         t.needs_acknowledgement as "needsAcknowledgement",
         a.agent_id as "agentId", a.settings, p.platform, p.id as "phoneNumberId",
         p.meta_phone_number_id as "accountId", p.access_token as "accessToken",
         p.health as "numberHealth",
         v.prompt_id as "promptId", v.version as "promptVersion", v.instructions, v.model,
         v.temperature, v.max_output_tokens as "maxOutputTokens",
         coalesce(r.remaining_credits, 0) as credits,
         coalesce(b.takes_bookings, false) as "takesBookings",
         coalesce(l.timeline, '[]') as timeline
    from turn t
    join agents a on a.agent_id = t.agent_id and a.user_id = t.user_id
    join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
    join prompts q on q.prompt_id = a.prompt_id and q.user_id = a.user_id
    join prompt_versions v on v.prompt_id = q.prompt_id and v.version = q.latest_version
    left join credits r on r.user_id = t.user_id
    left join business_profiles b on b.agent_id = a.agent_id and b.user_id = a.user_id
    cross join lateral (
      select json_agg(json_build_object(
               'sequenceNo', m.sequence_no, 'author', m.author, 'type', m.type, 'text', m.text,
               'content', m.content, 'platformMessageId', m.platform_message_id,
               'reaction', m.reaction, 'revoked', m.revoked_at is not null,
               'failed', m.status = 'failed', 'attachments', f.attachments)
               order by m.sequence_no) as timeline
        from (
          select * from messages n
           where n.conversation_id = t.conversation_id
             and n.sequence_no > least(t.answered_through, t.last_sequence_no - ${timelineLength})
           order by n.sequence_no desc
           limit ${longestTimeline}) m
        left join lateral (
          select json_agg(json_build_object(
                   'attachmentId', x.attachment_id, 'kind', x.kind, 'status', x.status,
                   'refusal', x.refusal, 'mimeType', x.mime_type, 'filename', x.filename,
                   'isVoiceNote', x.is_voice_note, 'sizeBytes', x.size_bytes,
                   'storageKey', x.storage_key, 'transcript', x.transcript)
                   order by x.position) as attachments
            from attachments x
           where x.message_id = m.message_id
        ) f on m.type in ('image', 'video', 'audio', 'document', 'sticker')
          or m.content ? 'hasFiles') l`;
