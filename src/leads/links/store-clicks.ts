import { z } from 'zod';
import type { LinkPurpose } from '../../accounts/agent-settings.ts';
import type { Statement } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import type { NoClick } from './click-rules.ts';

/** One request for a link, or a button that was tapped: what is to be kept of it. */
export type ClickToStore = {
  clickId: string;
  /** The id of the lead event, should it be the first click that counts. */
  eventId: string;
  userId: string;
  purpose: LinkPurpose;
} & (
  | { kind: 'link'; conversationId: string; because: NoClick | null; userAgent: string }
  | { kind: 'button'; messageId: string }
);

/** Gives a click its ids. */
export function clickIds(newId: NewId): { clickId: string; eventId: string } {
  return { clickId: newId('clk'), eventId: newId('lev') };
}

/** Purposes that say: this customer is about to decide. The conversation is read at once. */
const strongPurposes: LinkPurpose[] = ['pricing', 'demo'];

/** How many requests for the links of one conversation are kept in a minute: whoever has a link may ask without end. */
const keptPerMinute = 100;

const FirstRow = z.object({ userId: z.string(), conversationId: z.string() });

/** A conversation in which something was clicked for the first time. */
export type FirstClick = z.infer<typeof FirstRow>;

/** Reads the rows of `storeClicks`: the conversations to read and to tell of. */
export function firstClicks(rows: unknown[]): FirstClick[] {
  return rows.map((row) => FirstRow.parse(row));
}

/**
 * Keeps clicks, for the receiver. The first one that counts for a conversation and purpose is an event of the
 * lead, once whatever happens at the same time, and the conversation is due to be read: after a strong one at once,
 * else when it rests. A message's button counts once, however often it is stored.
 */
export function storeClicks(clicks: ClickToStore[]): Statement {
  return {
    name: 'store_clicks',
    text: `
      with click as materialized (
        select x.click_id, x.event_id, x.user_id, x.purpose, x.kind, x.because, x.user_agent,
               x.message_id, coalesce(m.conversation_id, x.conversation_id) as conversation_id
          from jsonb_to_recordset($1::jsonb)
            as x (click_id text, event_id text, user_id text, conversation_id text, message_id text,
                  purpose text, kind text, because text, user_agent text)
          left join messages m on m.message_id = x.message_id and m.user_id = x.user_id
         where x.kind = 'link' or m.message_id is not null
      ), first as (
        select distinct on (c.conversation_id, c.purpose) c.*
          from click c
         where c.because is null and not exists (
           select from link_clicks k
            where k.user_id = c.user_id and k.conversation_id = c.conversation_id
              and k.purpose = c.purpose and k.is_counted)
         order by c.conversation_id, c.purpose
      ), stored as (
        insert into link_clicks
          (link_click_id, user_id, conversation_id, purpose, tracked_link_id, message_id, kind,
           is_counted, because, user_agent)
        select c.click_id, c.user_id, c.conversation_id, c.purpose, l.tracked_link_id, c.message_id,
               c.kind, c.because is null, c.because, c.user_agent
          from click c
          left join tracked_links l
            on l.user_id = c.user_id and l.conversation_id = c.conversation_id
           and l.purpose = c.purpose
         where c.kind = 'button' or c.click_id in (select click_id from first) or (
           select count(*) from link_clicks k
            where k.user_id = c.user_id and k.conversation_id = c.conversation_id
              and k.clicked_at > now() - interval '1 minute') < $2
        on conflict do nothing
      ), event as (
        -- Two first clicks at once both come here, and one event is stored.
        insert into lead_events (lead_event_id, user_id, conversation_id, kind, event_key, details)
        select event_id, user_id, conversation_id, 'click', 'click:' || purpose,
               jsonb_build_object('purpose', purpose)
          from first
        on conflict do nothing
      ), due as (
        update conversations c
           set extraction_due_at = case when f.is_strong then now() else coalesce(c.extraction_due_at, now()) end,
               extraction_is_urgent = c.extraction_is_urgent or f.is_strong
          from (select user_id, conversation_id, bool_or(purpose = any ($3)) as is_strong
                  from first group by user_id, conversation_id) f
         where c.user_id = f.user_id and c.conversation_id = f.conversation_id
      )
      select distinct user_id as "userId", conversation_id as "conversationId" from first`,
    values: [JSON.stringify(clicks.map(rowOf)), keptPerMinute, strongPurposes],
  };
}

function rowOf(click: ClickToStore) {
  const { clickId, eventId, userId, purpose, kind } = click;
  return {
    click_id: clickId,
    event_id: eventId,
    user_id: userId,
    purpose,
    kind,
    ...(click.kind === 'link'
      ? {
          conversation_id: click.conversationId,
          because: click.because,
          user_agent: click.userAgent,
        }
      : { message_id: click.messageId }),
  };
}
