import { z } from 'zod';
import { PlatformName } from '../channels/phone-numbers.ts';
import { ReplyTarget } from '../channels/reply-target.ts';
import type { Pool } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';

/** Whose next message is wanted. */
export type ConversationRef = { userId: string; conversationId: string };

const ClaimRow = z.object({
  userId: z.string(),
  conversationId: z.string(),
  messageId: z.string(),
  text: z.string(),
  button: z.object({ label: z.string(), url: z.string() }).nullable().catch(null),
  inReplyTo: ReplyTarget.nullable().catch(null),
  /** What goes out in the place of this text where the reply window has closed. */
  template: z
    .object({ name: z.string(), language: z.string(), parameters: z.array(z.string()) })
    .nullable()
    .catch(null),
  file: z
    .object({
      attachmentId: z.string(),
      mimeType: z.string(),
      sizeBytes: z.number(),
      filename: z.string().nullable(),
      isVoiceNote: z.boolean(),
    })
    .nullable(),
  attempts: z.number(),
  claimedAt: z.date(),
  customerAddress: z.string(),
  isWindowOpen: z.boolean(),
  isByPerson: z.boolean(),
  /** Since when the reply window is closed; null if it never was open. */
  windowClosedForMs: z.number().nullable(),
  platform: PlatformName,
  phoneNumberId: z.string(),
  accountId: z.string(),
  accessToken: z.string(),
  templateName: z.string().nullable(),
  templateLanguage: z.string().nullable(),
});

/** A message that is ours to send now: it is marked as attempted, and nobody else may send it before it settles. */
export type ClaimedSend = z.infer<typeof ClaimRow>;

/**
 * Marks, for each conversation, its oldest unsent message as attempted, if it may be sent now: no
 * earlier one is undecided, its time has come, and its account has not used up this second. On disk
 * before it answers, so that a killed process leaves "perhaps sent" and never "surely not sent".
 */
export async function claimSends(
  app: Pool,
  wanted: ConversationRef[],
  limits: { settleMs: number; messagesPerSecond: number },
): Promise<ClaimedSend[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_sends',
      text: `
        with wanted as (
          select distinct user_id, conversation_id
            from jsonb_to_recordset($1::jsonb) as x (user_id text, conversation_id text)
        ), head as materialized (
          select w.user_id, w.conversation_id, h.message_id, h.sequence_no, h.next_attempt_at
            from wanted w
            cross join lateral (
              select d.message_id, m.sequence_no, d.next_attempt_at
                from message_delivery_status d
                join messages m on m.message_id = d.message_id
               where d.conversation_id = w.conversation_id and d.user_id = w.user_id
                 and d.next_attempt_at is not null
               order by m.sequence_no
               limit 1) h
        ), ready as materialized (
          select h.user_id, h.conversation_id, h.message_id, h.sequence_no,
                 c.customer_phone, c.reply_window_ends_at,
                 p.id as phone_number_id, p.platform, p.meta_phone_number_id, p.access_token,
                 a.settings, coalesce(p.messages_per_second, $3) as rate,
                 row_number() over (partition by p.id order by h.message_id) as place,
                 count(*) over (partition by p.id) as together
            from head h
            join conversations c on c.conversation_id = h.conversation_id and c.user_id = h.user_id
            join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
            join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
           where h.next_attempt_at <= now()
        ), paced as (
          insert into send_pacing as s (phone_number_id, user_id, second, used)
          select distinct phone_number_id, user_id, date_trunc('second', now()), together::integer
            from ready
           order by phone_number_id
          on conflict (phone_number_id) do update set
            used = case when s.second = excluded.second then s.used + excluded.used else excluded.used end,
            second = excluded.second
          returning phone_number_id, used
        ), turned as (
          select r.*, s.used - r.together + r.place as turn
            from ready r
            join paced s on s.phone_number_id = r.phone_number_id
        ), marked as (
          update message_delivery_status d
             set attempts = d.attempts + 1,
                 attempted_at = now(),
                 next_attempt_at = now() + make_interval(secs => $2 / 1000.0),
                 updated_at = now()
            from turned t
           where d.message_id = t.message_id and d.user_id = t.user_id and t.turn <= t.rate
             and d.next_attempt_at + interval '0' <= now()
          returning d.message_id, d.attempts
        ), deferred as (
          update message_delivery_status d
             set next_attempt_at = date_trunc('second', now())
                   + make_interval(secs => ceil((t.turn - t.rate)::float8 / t.rate))
            from turned t
           where d.message_id = t.message_id and d.user_id = t.user_id and t.turn > t.rate
             and d.next_attempt_at + interval '0' <= now()
        )
        select t.user_id as "userId", t.conversation_id as "conversationId",
               t.message_id as "messageId", m.text, m.content -> 'button' as button,
               m.content -> 'inReplyTo' as "inReplyTo", m.content -> 'template' as template,
               (select json_build_object(
                         'attachmentId', f.attachment_id, 'mimeType', f.mime_type,
                         'sizeBytes', f.size_bytes, 'filename', f.filename,
                         'isVoiceNote', f.is_voice_note)
                  from attachments f
                 where f.message_id = m.message_id and f.user_id = m.user_id
                   and f.status = 'stored' and m.type <> 'text'
                 limit 1) as file,
               k.attempts, now() as "claimedAt",
               t.customer_phone as "customerAddress",
               coalesce(t.reply_window_ends_at > now(), false) as "isWindowOpen",
               extract(epoch from now() - t.reply_window_ends_at)::float8 * 1000
                 as "windowClosedForMs",
               m.author = 'human' as "isByPerson",
               t.platform, t.phone_number_id as "phoneNumberId",
               t.meta_phone_number_id as "accountId", t.access_token as "accessToken",
               t.settings ->> 'templateName' as "templateName",
               t.settings ->> 'templateLanguage' as "templateLanguage"
          from marked k
          join turned t on t.message_id = k.message_id
          join messages m on m.message_id = k.message_id`,
      values: [
        JSON.stringify(
          wanted.map(({ userId, conversationId }) => ({
            user_id: userId,
            conversation_id: conversationId,
          })),
        ),
        limits.settleMs,
        limits.messagesPerSecond,
      ],
    },
  );
  return rows.map((row) => ClaimRow.parse(row));
}
