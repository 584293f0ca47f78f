-- Up Migration

-- A tenant's Google calendar. Tokens are ciphertext, bound to the tenant.
create table google_calendar_tokens (
  user_id varchar(50) primary key references users,
  access_token text not null,
  refresh_token text not null,
  token_expiry timestamptz not null,
  scope text not null,
  account_email varchar(255),
  -- Read for when people are busy, and the one that meetings are written to.
  check_calendar_ids text[] not null default '{primary}',
  write_calendar_id varchar(255) not null default 'primary',
  status varchar(20) not null default 'connected' check (status in ('connected', 'needs_attention')),
  attention_reason text,
  -- One refresh at a time, over all processes.
  refresh_lease_id varchar(50),
  refresh_lease_until timestamptz,
  connected_at timestamptz not null default current_timestamp,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create trigger google_calendar_tokens_updated_at before update on google_calendar_tokens
  for each row execute function update_updated_at_column();
select protect_tenant_table('google_calendar_tokens');

-- Down Migration
drop table google_calendar_tokens;
