import type { Statement } from '../lib/db.ts';
import type { InboundPlan } from './inbound-plan.ts';

/** The statements for what is rare, in the order in which they must run; none for what a plan lacks. */
export function storeChanges(plan: InboundPlan): Statement[] {
  const moved = plan.identities.filter(({ moves }) => moves);
  const changedHands = plan.identities.filter(({ changes_hands }) => changes_hands);
  return [
    ...(moved.length > 0 ? [moveIdentities(moved)] : []),
    ...(changedHands.length > 0 ? moveConversations(changedHands) : []),
    ...(plan.renamedContacts.length > 0 ? [renameContacts(plan.renamedContacts)] : []),
    ...(plan.addressChanges.length > 0 ? [changeAddresses(plan.addressChanges)] : []),
    ...(plan.profiles.length > 0 ? [wantProfiles(plan.profiles)] : []),
    ...plan.changes.map(changeMessage),
    ...(plan.unhandled.length > 0 ? [keepUnhandled(plan.unhandled)] : []),
  ];
}

function moveIdentities(identities: InboundPlan['identities']): Statement {
  return {
    name: 'move_identities',
    text: `update contact_identities i
              set contact_id = x.contact_id
             from jsonb_to_recordset($1::jsonb)
               as x (user_id text, kind text, address text, contact_id text)
            where i.user_id = x.user_id and i.kind = x.kind and i.address = x.address`,
    values: [JSON.stringify(identities)],
  };
}

/**
 * A conversation that writes to an address goes to the contact who has the address now. Where that contact
 * has one already it ends, because the customer's messages come to the other one: left active, it would keep
 * the address from being written to, and a new conversation with it from being stored.
 */
function moveConversations(identities: InboundPlan['identities']): Statement[] {
  const values = [JSON.stringify(identities)];
  const moved = `
    select c.conversation_id, c.agent_id, c.last_message_at, x.contact_id
      from jsonb_to_recordset($1::jsonb)
        as x (user_id text, kind text, address text, contact_id text)
      join agents a on a.user_id = x.user_id
      join conversations c
        on c.agent_id = a.agent_id and c.customer_phone = x.address and c.is_active
       and c.contact_id <> x.contact_id`;
  return [
    {
      name: 'move_conversations',
      text: `update conversations c
                set contact_id = m.contact_id
               from (select distinct on (n.agent_id, n.contact_id) n.*
                       from (${moved}) n
                      where not exists (
                        select from conversations o
                         where o.agent_id = n.agent_id and o.contact_id = n.contact_id and o.is_active)
                      order by n.agent_id, n.contact_id, n.last_message_at desc) m
              where c.conversation_id = m.conversation_id`,
      values,
    },
    {
      name: 'end_moved_conversations',
      text: `update conversations c
                set is_active = false
               from (${moved}) m
              where c.conversation_id = m.conversation_id`,
      values,
    },
  ];
}

function renameContacts(contacts: InboundPlan['renamedContacts']): Statement {
  return {
    name: 'rename_contacts',
    text: `update contacts c
              set name = case when c.is_named_by_hand then c.name else x.name end, username = x.username, updated_at = now()
             from jsonb_to_recordset($1::jsonb)
               as x (user_id text, contact_id text, name text, username text)
            where c.user_id = x.user_id and c.contact_id = x.contact_id`,
    values: [JSON.stringify(contacts)],
  };
}

function wantProfiles(contacts: InboundPlan['profiles']): Statement {
  return {
    name: 'want_profiles',
    text: `update contacts c
              set profile_due_at = now(), profile_attempts = 0
             from jsonb_to_recordset($1::jsonb) as x (user_id text, contact_id text)
            where c.user_id = x.user_id and c.contact_id = x.contact_id
              and c.profile_due_at is null`,
    values: [JSON.stringify(contacts)],
  };
}

function changeAddresses(changes: InboundPlan['addressChanges']): Statement {
  return {
    name: 'change_addresses',
    text: `update conversations c
              set customer_phone = x.current_address
             from jsonb_to_recordset($1::jsonb)
               as x (user_id text, contact_id text, previous_address text, current_address text)
            where c.user_id = x.user_id and c.contact_id = x.contact_id
              and c.is_active and c.customer_phone = x.previous_address
              and not exists (
                select from conversations o
                 where o.agent_id = c.agent_id and o.customer_phone = x.current_address and o.is_active)`,
    values: [JSON.stringify(changes)],
  };
}

const conversationOfChange = `
  select conversation_id from conversations
   where agent_id = $2 and contact_id = $3 and user_id = $1 and is_active`;

function changeMessage(change: InboundPlan['changes'][number]): Statement {
  const target = [change.user_id, change.agent_id, change.contact_id, change.platform_message_id];
  const where = `user_id = $1 and conversation_id = (${conversationOfChange}) and platform_message_id = $4`;
  switch (change.change) {
    case 'reaction':
      return {
        name: 'change_reaction',
        text: `update messages set reaction = $5 where ${where}`,
        values: [...target, change.emoji],
      };
    case 'edit':
      return {
        name: 'change_text',
        text: `update messages
                  set type = coalesce($5, type), text = $6, content = content || $7, edited_at = $8
                where ${where} and revoked_at is null and coalesce(edited_at, '-infinity') <= $8`,
        values: [...target, change.type, change.text, JSON.stringify(change.content), change.at],
      };
    case 'revoke':
      // What the customer took back is not kept: only that there was something.
      return {
        name: 'change_revoked',
        text: `update messages set text = '', content = '{}', revoked_at = coalesce(revoked_at, $5)
                where ${where}`,
        values: [...target, change.at],
      };
  }
}

function keepUnhandled(events: InboundPlan['unhandled']): Statement {
  return {
    name: 'keep_unhandled',
    text: `insert into unhandled_events (user_id, platform, kind, reason, payload)
           select user_id, platform, kind, reason, payload
             from jsonb_to_recordset($1::jsonb)
               as x (user_id text, platform text, kind text, reason text, payload jsonb)`,
    values: [JSON.stringify(events)],
  };
}
