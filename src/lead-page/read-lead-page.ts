import { z } from 'zod';
import { parseAgentSettings } from '../accounts/agent-settings.ts';
import type { Channel } from '../channels/channel.ts';
import type { Platform } from '../channels/inbound-event.ts';
import { PlatformName } from '../channels/phone-numbers.ts';
import { Conversation, conversationColumns } from '../conversations/conversation.ts';
import { mayPersonWrite } from '../conversations/may-person-write.ts';
import { Message, selectMessages } from '../conversations/message.ts';
import { openComment } from '../conversations/open-comment.ts';
import { Brief, Reasoning } from '../leads/lead-state.ts';
import { type Db, maybeRow, type Pool, rows } from '../lib/db.ts';
import { Timestamp } from '../lib/http/fields.ts';
import { cutText } from '../lib/safe-text.ts';
import { asTenant } from '../lib/tenant.ts';
import type { OpenedNotification } from './find-notification.ts';

/** As many of the last messages as somebody reads before they answer. */
const shownMessages = 30;
/** The page asks again every few seconds: it is not sent 50 kB of noise each time. */
const maxText = 4_096;

const Lead = z.object({
  name: z.string().nullable(),
  company: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  intent: z.string().nullable(),
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']),
  totalScore: z.number(),
  scorePercent: z.number(),
  extractedAt: Timestamp,
  reasoning: Reasoning.nullable().catch(null),
  brief: Brief.nullable().catch(null),
});

const Standing = Conversation.extend({
  agentName: z.string(),
  platform: PlatformName,
  settings: z.unknown(),
});

/** What the page behind a notification's buttons shows: what it said, and how things stand now. */
export type LeadPage = Awaited<ReturnType<typeof readLeadPage>>;

/** Reads as the tenant of the notification, and nothing beyond its conversation. */
export function readLeadPage(
  deps: { app: Pool; channelFor: (platform: Platform) => Channel; now: () => Date },
  notification: OpenedNotification,
) {
  const { userId, conversationId, kind, content, createdAt, openedAt } = notification;
  return asTenant(deps.app, userId, async (tx) => {
    const now = deps.now();
    const told = { kind, content, createdAt, openedAt };
    const standing =
      conversationId === null ? undefined : await readStanding(tx, { userId, conversationId });
    if (conversationId === null || standing === undefined) {
      return { now, notification: told, lead: null, conversation: null, messages: [] };
    }
    const wanted = { userId, conversationId };
    return {
      now,
      notification: told,
      lead: (await readLead(tx, wanted)) ?? null,
      conversation: presentStanding(standing, {
        channel: deps.channelFor(standing.platform),
        hasOpenComment: (await openComment(tx, wanted)) !== undefined,
        now,
      }),
      messages: (await lastMessages(tx, wanted)).map(presentMessage),
    };
  });
}

type Wanted = { userId: string; conversationId: string };

function readStanding(tx: Db, wanted: Wanted): Promise<z.infer<typeof Standing> | undefined> {
  return maybeRow(
    tx,
    Standing,
    `select ${conversationColumns}, a.name as "agentName", p.platform, a.settings
       from conversations c
       join agents a on a.agent_id = c.agent_id and a.user_id = c.user_id
       join phone_numbers p on p.id = a.phone_number_id and p.user_id = a.user_id
      where c.user_id = $1 and c.conversation_id = $2`,
    [wanted.userId, wanted.conversationId],
  );
}

function readLead(tx: Db, wanted: Wanted): Promise<z.infer<typeof Lead> | undefined> {
  return maybeRow(
    tx,
    Lead,
    `select name, company, email, phone, intent, lead_status_tag as "leadStatusTag",
            total_score as "totalScore", score_percent as "scorePercent",
            extracted_at as "extractedAt", reasoning, brief
       from extractions
      where user_id = $1 and conversation_id = $2 and is_latest`,
    [wanted.userId, wanted.conversationId],
  );
}

async function lastMessages(tx: Db, wanted: Wanted): Promise<Message[]> {
  const newestFirst = await rows(
    tx,
    Message,
    `${selectMessages}
      where m.user_id = $1 and m.conversation_id = $2
      order by m.sequence_no desc
      limit $3`,
    [wanted.userId, wanted.conversationId, shownMessages],
  );
  return newestFirst.reverse();
}

function presentStanding(
  standing: z.infer<typeof Standing>,
  { channel, hasOpenComment, now }: { channel: Channel; hasOpenComment: boolean; now: Date },
) {
  const { agentName, platform, handledBy, handoverReason, isActive } = standing;
  const { aiPausedUntil, replyWindowEndsAt, settings } = standing;
  const windowClosedForMs =
    replyWindowEndsAt === null ? null : now.getTime() - Date.parse(replyWindowEndsAt);
  return {
    agentName,
    platform,
    handledBy,
    handoverReason,
    aiPausedUntil,
    replyWindowEndsAt,
    isActive,
    isWindowOpen: windowClosedForMs !== null && windowClosedForMs < 0,
    takeoverMinutes: parseAgentSettings(settings).takeoverMinutes,
    canWrite:
      isActive &&
      (hasOpenComment || mayPersonWrite(channel.capabilities, { windowClosedForMs, settings })),
  };
}

function presentMessage(message: Message) {
  const { sequenceNo, author, type, text, timestamp, deliveryStatus, revokedAt } = message;
  return {
    sequenceNo,
    author,
    type,
    text: revokedAt === null ? shortened(text) : '',
    timestamp,
    deliveryStatus,
    isRevoked: revokedAt !== null,
    attachments: message.attachments.map(({ kind, filename, transcript }) => ({
      kind,
      filename,
      transcript: transcript === null ? null : shortened(transcript),
    })),
  };
}

function shortened(text: string): string {
  return text.length > maxText ? `${cutText(text, maxText)}…` : text;
}
