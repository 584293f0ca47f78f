import { z } from 'zod';
import { Reasoning } from '../leads/lead-state.ts';
import { Timestamp } from '../lib/http/fields.ts';

/**
 * One kind of thing on a lead's timeline. `places` selects id, at and position of each of conversation $2 of
 * tenant $1, by an index; `details` selects one of them, `p.id`, as JSON that TimelineItem reads.
 */
export type TimelinePiece = { kind: TimelineItem['kind']; places: string; details: string };

/** Behind all messages of the same moment, which go by their numbers. */
const afterMessages = '2147483648';

/** A time inside JSON, as Postgres writes it there. */
const Moment = z.preprocess(
  (value) => (typeof value === 'string' ? new Date(value).toISOString() : value),
  Timestamp,
);
const changed = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const item = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), at: Timestamp, id: z.string(), ...shape });

/** A message: `at` never goes back from one number to the next, whatever the clock said (`timestamp`). */
const MessageItem = item('message', {
  sequenceNo: z.number().int(),
  author: z.enum(['customer', 'ai', 'human', 'system']),
  type: z.string(),
  text: z.string(),
  timestamp: Moment,
  deliveryStatus: z.string().nullable(),
  editedAt: Moment.nullable(),
  revokedAt: Moment.nullable(),
});

const ClickItem = item('click', {
  purpose: z.string(),
  via: z.enum(['link', 'button']),
  targetUrl: z.string().nullable(),
});

const ScoreItem = item('score', {
  source: z.enum(['model', 'person', 'fact']),
  totalScore: z.number().int(),
  scorePercent: z.number().int(),
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']),
  reasoning: Reasoning,
  changes: z.record(z.string(), z.object({ from: changed, to: changed })),
  model: z.string().nullable(),
  promptVersion: z.string().nullable(),
});

const NotificationItem = item('notification', {
  notificationKind: z.enum(['event', 'digest', 'escalation', 'test']),
  status: z.string(),
  because: z.string().nullable(),
  targetKind: z.string(),
  target: z.string(),
  sentAt: Moment.nullable(),
  openedAt: Moment.nullable(),
  error: z.string().nullable(),
});

/** A meeting of a lead's was booked, moved or cancelled. */
const MeetingItem = item('meeting', {
  meetingId: z.string(),
  what: z.enum(['booked', 'moved', 'cancelled']),
  meetingTime: Moment,
});

const CreditItem = item('credit', {
  credits: z.number().int(),
  reason: z.string(),
  description: z.string().nullable(),
  messageId: z.string().nullable(),
});

const UsageItem = item('usage', {
  purpose: z.string(),
  model: z.string(),
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Null for a model whose price nobody knows. */
  usd: z.number().nullable(),
});

/** One thing that happened with a lead. */
export const TimelineItem = z.discriminatedUnion('kind', [
  MessageItem,
  ClickItem,
  ScoreItem,
  NotificationItem,
  MeetingItem,
  CreditItem,
  UsageItem,
]);
export type TimelineItem = z.infer<typeof TimelineItem>;

const ofConversation = 'where user_id = $1 and conversation_id = $2';

/** Everything that a timeline is made of. Another kind of thing is one more piece here, and its item above. */
export const timelinePieces: TimelinePiece[] = [
  {
    kind: 'message',
    places: `select message_id::text as id, sequence_no::bigint as position,
                    max("timestamp") over (order by sequence_no) as at
               from messages ${ofConversation}`,
    details: `select jsonb_build_object(
                'sequenceNo', m.sequence_no, 'author', m.author, 'type', m.type, 'text', m.text,
                'timestamp', m."timestamp", 'editedAt', m.edited_at, 'revokedAt', m.revoked_at,
                'deliveryStatus', (select d.status from message_delivery_status d
                                    where d.user_id = $1 and d.message_id = m.message_id))
               from messages m where m.user_id = $1 and m.message_id = p.id`,
  },
  {
    kind: 'click',
    places: `select link_click_id::text as id, ${afterMessages} as position, clicked_at as at
               from link_clicks ${ofConversation} and is_counted`,
    details: `select jsonb_build_object('purpose', k.purpose, 'via', k.kind, 'targetUrl', t.target_url)
                from link_clicks k
                left join tracked_links t
                  on t.tracked_link_id = k.tracked_link_id and t.user_id = $1
               where k.user_id = $1 and k.link_click_id = p.id`,
  },
  {
    kind: 'score',
    places: `select extraction_id::text as id, ${afterMessages} as position, extracted_at as at
               from extractions ${ofConversation}`,
    details: `select jsonb_build_object(
                'source', e.source, 'totalScore', e.total_score, 'scorePercent', e.score_percent,
                'leadStatusTag', e.lead_status_tag, 'reasoning', e.reasoning, 'changes', e.changes,
                'model', e.model, 'promptVersion', e.prompt_version)
                from extractions e where e.user_id = $1 and e.extraction_id = p.id`,
  },
  {
    kind: 'notification',
    places: `select notification_id::text as id, ${afterMessages} as position, created_at as at
               from notifications ${ofConversation}`,
    details: `select jsonb_build_object(
                'notificationKind', n.kind, 'status', n.status, 'because', n.content ->> 'because',
                'targetKind', t.kind, 'target', coalesce(t.name, t.address_shown),
                'sentAt', n.sent_at, 'openedAt', n.opened_at, 'error', n.error)
                from notifications n
                join notification_targets t
                  on t.notification_target_id = n.notification_target_id and t.user_id = $1
               where n.user_id = $1 and n.notification_id = p.id`,
  },
  {
    kind: 'meeting',
    places: `select lead_event_id::text as id, ${afterMessages} as position, created_at as at
               from lead_events ${ofConversation} and kind = 'booking' and details ? 'what'`,
    details: `select jsonb_build_object('meetingId', b.details -> 'meetingId',
                'what', b.details -> 'what', 'meetingTime', b.details -> 'meetingTime')
                from lead_events b where b.user_id = $1 and b.lead_event_id = p.id`,
  },
  {
    kind: 'credit',
    places: `select credit_transaction_id::text as id, ${afterMessages} as position, created_at as at
               from credit_transactions ${ofConversation}`,
    details: `select jsonb_build_object('credits', t.credits, 'reason', t.kind,
                'description', t.description, 'messageId', t.message_id)
                from credit_transactions t
               where t.user_id = $1 and t.credit_transaction_id = p.id`,
  },
  {
    kind: 'usage',
    places: `select model_usage_id::text as id, ${afterMessages} as position, created_at as at
               from model_usage ${ofConversation}`,
    details: `select jsonb_build_object('purpose', u.purpose, 'model', u.model,
                'inputTokens', u.input_tokens, 'cachedInputTokens', u.cached_input_tokens,
                'outputTokens', u.output_tokens,
                'usd', usage_cost_usd(u.model, u.input_tokens, u.cached_input_tokens, u.output_tokens))
                from model_usage u where u.user_id = $1 and u.model_usage_id = p.id`,
  },
];
