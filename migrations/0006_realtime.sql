-- Up Migration

-- What just happened, written in the transaction in which it happened. Readers go by (xid, event_id)
-- and stop before the oldest running transaction, so that a late commit is never jumped over.
create table realtime_events (
  xid xid8 not null default pg_current_xact_id(),
  -- Each session takes numbers in blocks: they only have to rise within a transaction.
  event_id bigint generated always as identity (cache 64),
  user_id varchar(50) not null,
  kind varchar(30) not null,
  payload jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, xid, event_id)
);
-- Every transaction writes here: a block range index costs them nothing, and old events lie together.
create index realtime_events_age on realtime_events using brin (created_at) with (pages_per_range = 32, autosummarize = on);
select protect_tenant_table('realtime_events');
grant insert on realtime_events to rapport_receiver;
create policy receiver on realtime_events for insert to rapport_receiver with check (true);
grant select (created_at), delete on realtime_events to rapport_sweeper;
create policy sweeper on realtime_events to rapport_sweeper using (true);

-- What a tenant must be told, once for each key.
create table notices (
  notice_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  kind varchar(50) not null,
  dedupe_key varchar(255) not null,
  text text not null,
  details jsonb not null default '{}',
  created_at timestamptz not null default current_timestamp,
  resolved_at timestamptz
);
create unique index notices_open on notices (user_id, kind, dedupe_key) where resolved_at is null;
create index notices_recent on notices (user_id, notice_id desc);
select protect_tenant_table('notices');

-- Down Migration
drop table notices, realtime_events;
