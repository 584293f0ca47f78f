-- Up Migration

create table users (
  user_id varchar(50) primary key,
  email varchar(255) not null unique,
  company_name varchar(255),
  is_active boolean not null default true,
  settings jsonb not null default '{}',
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create trigger users_updated_at before update on users
  for each row execute function update_updated_at_column();
select protect_tenant_table('users');
grant select, insert, update on users to rapport_admin;
create policy admin on users to rapport_admin using (true) with check (true);

create table api_keys (
  api_key_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  name varchar(255) not null,
  key_sha256 bytea not null unique,
  created_at timestamptz not null default current_timestamp,
  revoked_at timestamptz
);
create index api_keys_user on api_keys (user_id, api_key_id);
select protect_tenant_table('api_keys');
grant select, insert, update on api_keys to rapport_admin;
create policy admin on api_keys to rapport_admin using (true) with check (true);

create table phone_numbers (
  id varchar(50) primary key,
  user_id varchar(50) not null references users,
  platform varchar(20) not null check (platform in ('whatsapp', 'instagram', 'webchat', 'voice')),
  meta_phone_number_id varchar(100) not null,
  access_token text not null,
  display_name varchar(255),
  health varchar(20) not null default 'ok' check (health in ('ok', 'needs_attention')),
  health_reason text,
  health_changed_at timestamptz,
  messages_per_second integer check (messages_per_second > 0),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  -- One tenant must never receive another's messages: an account belongs to one, in the whole installation.
  unique (platform, meta_phone_number_id),
  unique (user_id, meta_phone_number_id, platform),
  unique (user_id, id)
);
comment on column phone_numbers.access_token is 'ciphertext';
create trigger phone_numbers_updated_at before update on phone_numbers
  for each row execute function update_updated_at_column();
select protect_tenant_table('phone_numbers');
grant select (id, user_id, platform, meta_phone_number_id) on phone_numbers to rapport_receiver;
create policy receiver on phone_numbers for select to rapport_receiver using (true);
grant select (platform, meta_phone_number_id) on phone_numbers to rapport_admin;
create policy admin on phone_numbers for select to rapport_admin using (true);

create table prompts (
  prompt_id varchar(100) primary key,
  user_id varchar(50) not null references users,
  latest_version integer not null default 1 check (latest_version > 0),
  created_at timestamptz not null default current_timestamp,
  unique (user_id, prompt_id)
);
select protect_tenant_table('prompts');

create table prompt_versions (
  prompt_id varchar(100) not null,
  version integer not null check (version > 0),
  user_id varchar(50) not null,
  instructions text not null,
  model varchar(100) not null,
  temperature double precision check (temperature between 0 and 2),
  max_output_tokens integer check (max_output_tokens > 0),
  created_at timestamptz not null default current_timestamp,
  primary key (prompt_id, version),
  foreign key (user_id, prompt_id) references prompts (user_id, prompt_id)
);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % never changes', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger prompt_versions_immutable before update on prompt_versions
  for each row execute function refuse_change();
select protect_tenant_table('prompt_versions');

create table agents (
  agent_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  phone_number_id varchar(50) not null unique,
  prompt_id varchar(100) not null,
  name varchar(255) not null,
  settings jsonb not null default '{}',
  is_active boolean not null default true,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, agent_id),
  foreign key (user_id, phone_number_id) references phone_numbers (user_id, id),
  foreign key (user_id, prompt_id) references prompts (user_id, prompt_id)
);
create trigger agents_updated_at before update on agents
  for each row execute function update_updated_at_column();
select protect_tenant_table('agents');
grant select (agent_id, user_id, phone_number_id, settings, is_active) on agents to rapport_receiver;
create policy receiver on agents for select to rapport_receiver using (true);

-- Down Migration
drop table agents, prompt_versions, prompts, phone_numbers, api_keys, users;
drop function refuse_change();
