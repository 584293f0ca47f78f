-- Up Migration

-- How far we know of what happens in a calendar that meetings are written to, and the channel by which Google tells.
create table google_calendar_syncs (
  user_id varchar(50) not null references google_calendar_tokens on delete cascade,
  calendar_id varchar(255) not null,
  -- Null: everything has to be read anew.
  sync_token text,
  -- When to look next, told or not.
  look_at timestamptz not null default current_timestamp,
  lease_id varchar(50),
  lease_until timestamptz,
  attempts integer not null default 0,
  -- The channel: its id is what Google names, the token is derived and proves that it is Google.
  channel_id varchar(64),
  resource_id varchar(255),
  channel_ends_at timestamptz,
  -- When it is renewed, some time before its end.
  channel_renew_at timestamptz,
  -- The channel before it, until it is stopped.
  old_channel_id varchar(64),
  old_resource_id varchar(255),
  last_told_at timestamptz,
  last_read_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  primary key (user_id, calendar_id)
);
create unique index google_calendar_syncs_channel on google_calendar_syncs (channel_id) where channel_id is not null;
create index google_calendar_syncs_old_channel on google_calendar_syncs (old_channel_id)
  where old_channel_id is not null;
create index google_calendar_syncs_due on google_calendar_syncs (look_at);
select protect_tenant_table('google_calendar_syncs');
-- Whose channel it is has to be found before anything can be asked as a tenant.
grant select (user_id, calendar_id, channel_id, old_channel_id, look_at, last_told_at), update (look_at, last_told_at)
  on google_calendar_syncs to rapport_receiver;
create policy receiver on google_calendar_syncs to rapport_receiver using (true) with check (true);
grant select (user_id, calendar_id, look_at, lease_until) on google_calendar_syncs to rapport_sweeper;
create policy sweeper on google_calendar_syncs for select to rapport_sweeper using (true);

-- Down Migration
drop table google_calendar_syncs;
