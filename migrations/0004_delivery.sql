-- Up Migration

-- How far a message has come, whatever order the provider tells it in. That it arrived outweighs a
-- failure: with several devices a failed status may follow a delivered one.
create function delivery_rank(status text) returns integer
  language sql immutable parallel safe
  return array_position(array['pending', 'sent', 'failed', 'delivered', 'read'], status);

-- One row for each message of ours. It is pending as long as it has a next attempt; when that has come, it
-- may be sent. The indexes go by next_attempt_at and not by status, so that later statuses touch none.
create table message_delivery_status (
  message_id varchar(100) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  platform_message_id varchar(255),
  status varchar(20) not null default 'pending' check (status in ('pending', 'sent', 'delivered', 'read', 'failed')),
  error_code integer,
  error_message text,
  attempts integer not null default 0,
  attempted_at timestamptz,
  next_attempt_at timestamptz,
  updated_at timestamptz not null default current_timestamp,
  check ((status = 'pending') = (next_attempt_at is not null)),
  foreign key (user_id, message_id) references messages (user_id, message_id) on delete cascade
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create index message_delivery_status_platform on message_delivery_status (user_id, platform_message_id)
  where platform_message_id is not null;
create index message_delivery_status_due on message_delivery_status (next_attempt_at)
  where next_attempt_at is not null;
create index message_delivery_status_unsent on message_delivery_status (conversation_id)
  where next_attempt_at is not null;
select protect_tenant_table('message_delivery_status');
grant select, update on message_delivery_status to rapport_receiver;
create policy receiver on message_delivery_status to rapport_receiver using (true) with check (true);
grant select (message_id, user_id, conversation_id, status, next_attempt_at) on message_delivery_status to rapport_sweeper;
create policy sweeper on message_delivery_status for select to rapport_sweeper using (true);

-- Every status a provider told us, also those for messages we do not know (yet).
create table delivery_events (
  delivery_event_id bigint generated always as identity primary key,
  user_id varchar(50) not null,
  message_id varchar(100),
  platform_message_id varchar(255) not null,
  status varchar(20) not null check (status in ('sent', 'delivered', 'read', 'failed')),
  error_code integer,
  error_message text,
  provider_timestamp timestamptz not null,
  received_at timestamptz not null default current_timestamp,
  unique (user_id, platform_message_id, status)
);
select protect_tenant_table('delivery_events');
grant select, insert on delivery_events to rapport_receiver;
create policy receiver on delivery_events to rapport_receiver using (true) with check (true);

-- How many messages an account has sent in its newest second, over all processes. Nothing to keep.
create unlogged table send_pacing (
  phone_number_id varchar(50) primary key,
  user_id varchar(50) not null,
  second timestamptz not null,
  used integer not null
);
select protect_tenant_table('send_pacing');

-- Down Migration
drop table send_pacing, delivery_events, message_delivery_status;
drop function delivery_rank(text);
