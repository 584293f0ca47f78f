-- Up Migration

-- Until when an account's token lives, and when it is looked after next (null: never again, or not before it is set).
-- Accounts that are there already are spread over a day; a default reaches them whoever owns the database.
alter table phone_numbers
  add column token_expires_at timestamptz,
  add column token_refreshed_at timestamptz,
  add column token_look_at timestamptz default now() + random() * interval '1 day',
  add column token_lease_until timestamptz,
  add column token_attempts integer not null default 0;
alter table phone_numbers alter column token_look_at drop default;
create index phone_numbers_token_look on phone_numbers (token_look_at) where token_look_at is not null;
grant select (id, user_id, token_look_at, token_lease_until) on phone_numbers to rapport_sweeper;
create policy sweeper on phone_numbers for select to rapport_sweeper using (true);

-- A business is asked at a provider whether it lets us in: begun with the ticket, ended with the state, each once.
create table oauth_tickets (
  oauth_ticket_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  provider varchar(20) not null,
  -- What the provider's own side needs again at the end, such as which login was chosen.
  details jsonb not null default '{}',
  return_url text,
  ticket_sha256 bytea not null unique,
  state_sha256 bytea unique,
  browser_sha256 bytea,
  created_at timestamptz not null default current_timestamp,
  expires_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index oauth_tickets_expired on oauth_tickets (expires_at);
select protect_tenant_table('oauth_tickets');
-- Whose ticket it is has to be found before anything can be asked as a tenant.
grant select, update (state_sha256, browser_sha256, started_at, finished_at, expires_at)
  on oauth_tickets to rapport_receiver;
create policy receiver on oauth_tickets to rapport_receiver using (true) with check (true);
grant select (expires_at), delete on oauth_tickets to rapport_sweeper;
create policy sweeper on oauth_tickets to rapport_sweeper using (true);

-- Down Migration
drop table oauth_tickets;
drop policy sweeper on phone_numbers;
revoke select (id, user_id, token_look_at, token_lease_until) on phone_numbers from rapport_sweeper;
drop index phone_numbers_token_look;
alter table phone_numbers
  drop column token_expires_at, drop column token_refreshed_at, drop column token_look_at,
  drop column token_lease_until, drop column token_attempts;
