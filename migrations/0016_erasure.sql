-- Up Migration

-- What the business calls somebody stays, whatever name their channel tells.
alter table contacts add column is_named_by_hand boolean not null default false;

-- That somebody was erased, and when: the id says of nobody who it was.
create table erasures (
  contact_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  conversations integer not null,
  messages integer not null,
  files integer not null,
  erased_at timestamptz not null default current_timestamp
);
create index erasures_recent on erasures (user_id, contact_id desc);
select protect_tenant_table('erasures');
revoke update, delete on erasures from rapport_app;

-- What is left of the conversations of erased people: what they cost is still counted, and no other conversation gets
-- the id of one.
create table erased_conversations (
  conversation_id varchar(50) primary key,
  user_id varchar(50) not null,
  agent_id varchar(50) not null,
  began_at timestamptz not null,
  foreign key (user_id, agent_id) references agents (user_id, agent_id)
);
create index erased_conversations_began on erased_conversations (user_id, began_at);
select protect_tenant_table('erased_conversations');
revoke update, delete on erased_conversations from rapport_app;
grant select on erased_conversations to rapport_receiver;
create policy receiver on erased_conversations for select to rapport_receiver using (true);

-- For a while, that an address is of somebody who was erased: what was on its way then does not come in any more. A hash
-- with the installation's key, from which nobody without it finds the address.
create table erased_addresses (
  user_id varchar(50) not null,
  address_hash varchar(64) not null,
  erased_at timestamptz not null,
  primary key (user_id, address_hash)
);
create index erased_addresses_age on erased_addresses (erased_at);
select protect_tenant_table('erased_addresses');
grant select on erased_addresses to rapport_receiver;
create policy receiver on erased_addresses for select to rapport_receiver using (true);
grant select (erased_at), delete on erased_addresses to rapport_sweeper;
create policy sweeper on erased_addresses to rapport_sweeper using (true);

-- Files that are to go, written in the transaction that took away what they belonged to.
create table media_deletions (
  storage_key text primary key,
  user_id varchar(50) not null references users,
  due_at timestamptz not null default current_timestamp,
  attempts integer not null default 0
);
create index media_deletions_due on media_deletions (due_at);
select protect_tenant_table('media_deletions');
grant select (storage_key, user_id, due_at) on media_deletions to rapport_sweeper;
create policy sweeper on media_deletions for select to rapport_sweeper using (true);

-- All that providers told of one message.
create index delivery_events_message on delivery_events (message_id) where message_id is not null;

-- A status whose message nobody knows names it by the provider's id, in which WhatsApp hides the phone number.
create index delivery_events_unknown on delivery_events (received_at) where message_id is null;
grant select (user_id, message_id, platform_message_id, received_at), delete on delivery_events to rapport_sweeper;
create policy sweeper on delivery_events to rapport_sweeper using (true);
grant select (platform_message_id) on message_delivery_status to rapport_sweeper;

create index link_clicks_link on link_clicks (user_id, tracked_link_id) where tracked_link_id is not null;

-- Events that could not be given to any tenant and hold one of these texts, each in its quotes. They belong to nobody,
-- so that no tenant's policy reaches them.
do $$
begin
  execute format('create policy owner_reads on unhandled_events for select to %I using (user_id is null)', current_user);
  execute format('create policy owner_forgets on unhandled_events for delete to %I using (user_id is null)', current_user);
end
$$;
create function forget_unattributed_events(quoted text[]) returns void
  language sql security definer set search_path = public
  begin atomic
    delete from unhandled_events u
     where u.user_id is null
       and exists (
         select from unnest(quoted) q
          where strpos(
                  -- What the database cannot hold is kept as base64 of its JSON.
                  case when u.reason like 'could not be stored%'
                    then convert_from(decode(u.payload ->> 'base64Json', 'base64'), 'UTF8')
                    else u.payload::text end, q) > 0);
  end;
revoke all on function forget_unattributed_events(text[]) from public;
grant execute on function forget_unattributed_events(text[]) to rapport_app;

-- Down Migration
drop function forget_unattributed_events(text[]);
drop policy owner_forgets on unhandled_events;
drop policy owner_reads on unhandled_events;
drop index link_clicks_link;
revoke select (platform_message_id) on message_delivery_status from rapport_sweeper;
drop policy sweeper on delivery_events;
revoke select (user_id, message_id, platform_message_id, received_at), delete on delivery_events from rapport_sweeper;
drop index delivery_events_unknown, delivery_events_message;
drop table media_deletions, erased_addresses, erased_conversations, erasures;
alter table contacts drop column is_named_by_hand;
