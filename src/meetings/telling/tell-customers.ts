import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseAgentSettings } from '../../accounts/agent-settings.ts';
import type { Channel } from '../../channels/channel.ts';
import type { Platform } from '../../channels/inbound-event.ts';
import type { ConversationRef } from '../../conversations/conversation.ts';
import { lockConversation } from '../../conversations/lock-conversation.ts';
import { writeNotice } from '../../conversations/write-notice.ts';
import type { Enqueue } from '../../jobs/catalog.ts';
import { hint } from '../../jobs/hint.ts';
import type { Now } from '../../lib/clock.ts';
import { type Db, oneRow, type Pool } from '../../lib/db.ts';
import { errorText } from '../../lib/errors.ts';
import type { NewId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { asTenant } from '../../lib/tenant.ts';
import { inTurns } from '../../notifications/in-turns.ts';
import { tellTenantOnce } from '../../notifications/notices.ts';
import type { MeetingRef, MeetingRow } from '../meeting.ts';
import { composeMessage } from './compose-message.ts';
import { decideMessage, type MessageDecision } from './decide-message.ts';
import { type DueMessage, lockDueMessage, putOffMessages, settleMessage } from './due-messages.ts';
import type { IcsLinks } from './ics-links.ts';

export type TellCustomersDeps = {
  app: Pool;
  now: Now;
  newId: NewId;
  channelFor: (platform: Platform) => Pick<Channel, 'capabilities'>;
  links: Pick<IcsLinks, 'urlOf'>;
  enqueue: Enqueue;
  publishLook: () => void;
  log: Log;
};

const toldAtOnce = 4;

/**
 * Tells customers what they are owed about these meetings now. Each word is stored and settled in one transaction, so
 * once, whatever dies and however many work at once; delivery sends it. What fails is put off and keeps no other.
 */
export async function workOnMeetingMessages(
  deps: TellCustomersDeps,
  items: MeetingRef[],
): Promise<void> {
  await inTurns(items, { atOnce: toldAtOnce }, async (meeting) => {
    try {
      while (await tellNext(deps, meeting));
    } catch (error) {
      deps.log.error('a customer could not be told about a meeting; the sweep comes back to it', {
        ...meeting,
        error: errorText(error),
      });
      await putOffMessages(deps.app, meeting);
    }
  });
}

/** Answers whether there was something due. */
async function tellNext(deps: TellCustomersDeps, ref: MeetingRef): Promise<boolean> {
  const told = await asTenant(deps.app, ref.userId, async (tx) => {
    const due = await lockDueMessage(tx, ref);
    return due === undefined ? undefined : await tell(deps, tx, due);
  });
  if (told === undefined) return false;
  deps.publishLook();
  if (told.said !== undefined) await hint(deps, 'sends.run', [told.said]);
  return true;
}

async function tell(
  deps: TellCustomersDeps,
  tx: Db,
  due: DueMessage,
): Promise<{ said: ConversationRef | undefined }> {
  const { meeting, kind } = due;
  const conversation = await conversationOf(tx, meeting);
  const locked = await lockConversation(tx, conversation);
  const { capabilities } = deps.channelFor(locked.platform);
  const decision = decideMessage({
    ...due,
    isConversationActive: locked.isActive,
    isWindowOpen: locked.windowClosedForMs !== null && locked.windowClosedForMs < 0,
    hasTemplates: capabilities.hasTemplates,
    settings: parseAgentSettings(locked.settings),
    now: deps.now(),
  });
  if (decision.do !== 'say') {
    if (decision.do === 'cannot') await tellTenant(deps, tx, due, decision);
    await settleMessage(tx, due, {
      outcome: decision.do === 'cannot' ? decision.because : 'obsolete',
      messageId: null,
    });
    return { said: undefined };
  }
  const { text, parameters } = composeMessage(kind, meeting, deps.links.urlOf(meeting));
  const messageId = messageIdOf(due);
  const template =
    decision.template === null ? {} : { template: { ...decision.template, parameters } };
  await writeNotice(tx, {
    ...conversation,
    messageId,
    text,
    content: { about: { kind: 'meeting', meetingId: meeting.meetingId, what: kind }, ...template },
    pace: capabilities.perCustomer,
  });
  await settleMessage(tx, due, { outcome: 'said', messageId });
  return { said: conversation };
}

const ConversationRow = z.object({ conversationId: z.string() });

/** Where the customer is written to: the conversation that they booked in, or the one that has come after it. */
async function conversationOf(tx: Db, meeting: MeetingRow): Promise<ConversationRef> {
  const { userId } = meeting;
  const found = await oneRow(
    tx,
    ConversationRow,
    `select o.conversation_id as "conversationId"
       from conversations b
       join conversations o
         on o.user_id = b.user_id and o.agent_id = b.agent_id and o.contact_id = b.contact_id
      where b.user_id = $1 and b.conversation_id = $2
        and (o.is_active or o.conversation_id = b.conversation_id)
      order by o.is_active desc, o.conversation_id = b.conversation_id desc, o.last_message_at desc
      limit 1`,
    [userId, meeting.conversationId],
  );
  return { userId, ...found };
}

async function tellTenant(
  { newId }: TellCustomersDeps,
  tx: Db,
  { meeting, kind }: DueMessage,
  { because }: Extract<MessageDecision, { do: 'cannot' }>,
): Promise<void> {
  const { userId, meetingId, conversationId } = meeting;
  const why =
    because === 'archived'
      ? 'their conversation is archived'
      : 'the reply window is closed and the agent has no template for it';
  await tellTenantOnce(tx, {
    newId,
    userId,
    kind: 'meeting.customer_not_told',
    dedupeKey: meetingId,
    text: `A customer could not be told about their meeting (${kind}): ${why}. Tell them some other way.`,
    details: { meetingId, conversationId, what: kind, because },
  });
}

/** The same for the same word: the table's primary key is the second lock. */
function messageIdOf({ meeting, kind, key }: DueMessage): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([meeting.userId, meeting.meetingId, kind, key]))
    .digest('hex');
  return `msg_mtg_${digest.slice(0, 40)}`;
}
