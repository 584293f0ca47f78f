-- Up Migration

create table credits (
  user_id varchar(50) primary key references users,
  remaining_credits integer not null default 0 check (remaining_credits >= 0),
  total_used integer not null default 0 check (total_used >= 0),
  last_updated timestamptz not null default current_timestamp
) with (fillfactor = 50);
select protect_tenant_table('credits');
grant select (remaining_credits) on credits to rapport_admin;
create policy admin on credits for select to rapport_admin using (true);

-- Append-only: the balance is the sum of this ledger. The reason is the key that makes twice once.
create table credit_transactions (
  credit_transaction_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  credits integer not null check (credits <> 0),
  kind varchar(20) not null check (kind in ('top_up', 'reply')),
  reason varchar(255) not null,
  description text,
  conversation_id varchar(50),
  message_id varchar(100),
  created_at timestamptz not null default current_timestamp,
  unique (user_id, reason)
);
create index credit_transactions_recent on credit_transactions (user_id, credit_transaction_id desc);
select protect_tenant_table('credit_transactions');
revoke update, delete on credit_transactions from rapport_app;
create trigger credit_transactions_immutable before update or delete on credit_transactions
  for each row execute function refuse_change();

-- Tokens used by the model, for each turn. What they cost in money follows from the model's prices.
create table model_usage (
  model_usage_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50),
  turn_id varchar(50),
  purpose varchar(30) not null,
  model varchar(100) not null,
  prompt_id varchar(100),
  prompt_version integer,
  input_tokens integer not null default 0,
  cached_input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  created_at timestamptz not null default current_timestamp
);
create index model_usage_conversation on model_usage (user_id, conversation_id);
select protect_tenant_table('model_usage');

-- Down Migration
drop table model_usage, credit_transactions, credits;
