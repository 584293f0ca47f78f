-- Up Migration

create table contacts (
  contact_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  name varchar(255),
  username varchar(255),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, contact_id)
);
select protect_tenant_table('contacts');
grant select, insert, update on contacts to rapport_receiver;
create policy receiver on contacts to rapport_receiver using (true) with check (true);

create table contact_identities (
  user_id varchar(50) not null,
  kind varchar(30) not null,
  address varchar(255) not null,
  contact_id varchar(50) not null,
  created_at timestamptz not null default current_timestamp,
  primary key (user_id, kind, address),
  foreign key (user_id, contact_id) references contacts (user_id, contact_id)
);
create index contact_identities_contact on contact_identities (user_id, contact_id);
select protect_tenant_table('contact_identities');
grant select, insert, update on contact_identities to rapport_receiver;
create policy receiver on contact_identities to rapport_receiver using (true) with check (true);

create table conversations (
  conversation_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  agent_id varchar(50) not null,
  contact_id varchar(50) not null,
  customer_phone varchar(255) not null,
  openai_conversation_id varchar(100),
  referral jsonb,
  created_at timestamptz not null default current_timestamp,
  last_message_at timestamptz not null default current_timestamp,
  last_extraction_at timestamptz,
  is_active boolean not null default true,
  last_sequence_no integer not null default 0 check (last_sequence_no >= 0),
  -- What is owed: the newest message that expects a reply, and how far replies have come.
  owed_through integer not null default 0,
  answered_through integer not null default 0,
  owed_since timestamptz,
  reply_due_at timestamptz,
  acknowledged_through integer not null default 0,
  -- Who may write: people pause the AI; a turn holds the lease.
  handled_by varchar(10) not null default 'ai' check (handled_by in ('ai', 'human')),
  handover_reason varchar(100),
  ai_paused_until timestamptz,
  turn_id varchar(50),
  turn_lease_until timestamptz,
  turn_attempts integer not null default 0,
  reply_window_ends_at timestamptz,
  -- The provider's limit for one customer, as the theoretical arrival time of a leaky bucket.
  send_paced_until timestamptz,
  unique (user_id, conversation_id),
  foreign key (user_id, agent_id) references agents (user_id, agent_id),
  foreign key (user_id, contact_id) references contacts (user_id, contact_id),
  check (answered_through <= last_sequence_no and owed_through <= last_sequence_no)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create unique index conversations_active_contact on conversations (agent_id, contact_id) where is_active;
create unique index conversations_active_customer on conversations (agent_id, customer_phone) where is_active;
create index conversations_recent on conversations (user_id, last_message_at desc, conversation_id desc);
create index conversations_due on conversations (reply_due_at) where reply_due_at is not null;
select protect_tenant_table('conversations');
grant select, insert, update on conversations to rapport_receiver;
create policy receiver on conversations to rapport_receiver using (true) with check (true);
grant select (conversation_id, user_id, reply_due_at, owed_since, turn_lease_until) on conversations to rapport_sweeper;
create policy sweeper on conversations for select to rapport_sweeper using (true);

create table messages (
  message_id varchar(100) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  sequence_no integer not null check (sequence_no > 0),
  sender varchar(20) not null check (sender in ('user', 'agent')),
  author varchar(20) not null check (author in ('customer', 'ai', 'human', 'system')),
  type varchar(20) not null,
  text text not null,
  content jsonb not null default '{}',
  status varchar(20) not null check (status in ('sent', 'failed', 'pending')),
  platform_message_id varchar(255),
  reply_to varchar(255),
  reaction varchar(255),
  "timestamp" timestamptz not null default clock_timestamp(),
  provider_timestamp timestamptz,
  edited_at timestamptz,
  revoked_at timestamptz,
  unique (conversation_id, sequence_no),
  unique (conversation_id, platform_message_id),
  unique (user_id, message_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id)
);
comment on column messages."timestamp" is 'when it reached us; provider_timestamp is when the provider says it was written; the order shown is sequence_no';
comment on column messages.reply_to is 'the provider''s id of the message this one answers';
select protect_tenant_table('messages');
grant select, insert, update on messages to rapport_receiver;
create policy receiver on messages to rapport_receiver using (true) with check (true);

create table attachments (
  attachment_id varchar(50) primary key,
  user_id varchar(50) not null,
  message_id varchar(100) not null,
  position integer not null,
  kind varchar(20) not null,
  mime_type varchar(255),
  filename text,
  is_voice_note boolean not null default false,
  provider_media_id varchar(255),
  provider_url text,
  sha256 varchar(100),
  size_bytes bigint,
  storage_key text,
  transcript text,
  status varchar(20) not null default 'pending' check (status in ('pending', 'stored', 'failed')),
  error text,
  attempts integer not null default 0,
  next_attempt_at timestamptz default current_timestamp,
  created_at timestamptz not null default current_timestamp,
  unique (message_id, position),
  foreign key (user_id, message_id) references messages (user_id, message_id) on delete cascade
);
create index attachments_due on attachments (next_attempt_at) where status = 'pending';
select protect_tenant_table('attachments');
grant select, insert on attachments to rapport_receiver;
create policy receiver on attachments to rapport_receiver using (true) with check (true);
grant select (attachment_id, user_id, status, next_attempt_at) on attachments to rapport_sweeper;
create policy sweeper on attachments for select to rapport_sweeper using (true);

-- What no part of rapport understands yet: kept, so that it can be handled later.
create table unhandled_events (
  unhandled_event_id bigint generated always as identity primary key,
  user_id varchar(50) references users,
  platform varchar(20) not null,
  kind varchar(50) not null,
  reason text not null,
  payload jsonb not null,
  received_at timestamptz not null default current_timestamp
);
select protect_tenant_table('unhandled_events');
grant insert, select on unhandled_events to rapport_receiver;
create policy receiver on unhandled_events to rapport_receiver using (true) with check (true);

-- Down Migration
drop table unhandled_events, attachments, messages, conversations, contact_identities, contacts;
