-- Up Migration

-- What the installation knows of models: they retire and change their prices, so they are data. A model that
-- is not here works all the same; what it costs is then unknown, and shown as unknown.
create table ai_models (
  model_id varchar(100) primary key,
  provider varchar(50) not null,
  name varchar(255) not null,
  model_type varchar(10) not null default 'chat' check (model_type in ('chat', 'call', 'both')),
  description text,
  supports_function_calling boolean not null default true,
  supports_vision boolean not null default false,
  supports_streaming boolean not null default true,
  context_window integer check (context_window > 0),
  max_output_tokens integer check (max_output_tokens > 0),
  cost_per_1m_input_tokens numeric(12, 4) check (cost_per_1m_input_tokens >= 0),
  cost_per_1m_cached_input_tokens numeric(12, 4) check (cost_per_1m_cached_input_tokens >= 0),
  cost_per_1m_output_tokens numeric(12, 4) check (cost_per_1m_output_tokens >= 0),
  is_active boolean not null default true,
  shutdown_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on column ai_models.cost_per_1m_input_tokens is 'US dollars';
create trigger ai_models_updated_at before update on ai_models
  for each row execute function update_updated_at_column();
grant select on ai_models to rapport_app, rapport_admin;
grant insert, update on ai_models to rapport_admin;

-- Prices as the providers published them by November 2026.
insert into ai_models
  (provider, model_id, name, model_type, description, supports_vision, context_window, max_output_tokens,
   cost_per_1m_input_tokens, cost_per_1m_cached_input_tokens, cost_per_1m_output_tokens, shutdown_at)
values
  ('openai', 'gpt-5.6-luna', 'GPT-5.6 Luna', 'chat', 'For much work at a low cost', true, 1050000, 128000, 0.20, 0.02, 1.20, null),
  ('openai', 'gpt-5.6-terra', 'GPT-5.6 Terra', 'chat', 'Between Luna and Sol', true, 1050000, 128000, 2.00, 0.20, 12.00, null),
  ('openai', 'gpt-5.6-sol', 'GPT-5.6 Sol', 'chat', 'The strongest of its family', true, 1050000, 128000, 5.00, 0.50, 30.00, null),
  ('openai', 'gpt-5.2', 'GPT-5.2', 'chat', null, true, 400000, 128000, 1.75, 0.175, 14.00, null),
  ('openai', 'gpt-5-mini', 'GPT-5 mini', 'chat', null, true, 400000, 128000, 0.25, 0.025, 2.00, '2026-12-11'),
  ('openai', 'gpt-5-nano', 'GPT-5 nano', 'chat', null, true, 400000, 128000, 0.05, 0.005, 0.40, '2026-12-11'),
  ('google', 'gemini-3-pro-preview', 'Gemini 3 Pro', 'chat', null, true, 1000000, 65536, 2.00, null, 12.00, null),
  ('google', 'gemini-3-flash-preview', 'Gemini 3 Flash', 'chat', null, true, 1000000, 65536, 0.50, null, 3.00, null),
  ('openai', 'gpt-4o-realtime-preview-2024-10-01', 'OpenAI Realtime API', 'call',
   'Speech to speech with low latency, turn detection by the server and interruption', false, 128000, 4096, 5.00, null, 20.00, '2027-01-20'),
  ('google', 'gemini-2.0-flash-exp', 'Gemini Live API', 'call',
   'Speech to speech with pictures', true, 1000000, 8192, 0.00, null, 0.00, null);

-- What was charged by the provider for a use of a model: nothing for a model whose price nobody knows.
create function usage_cost_usd(used_model text, input bigint, cached bigint, output bigint) returns numeric
  language sql stable parallel safe
  return (select (greatest(input - cached, 0) * m.cost_per_1m_input_tokens
                  + cached * coalesce(m.cost_per_1m_cached_input_tokens, m.cost_per_1m_input_tokens)
                  + output * m.cost_per_1m_output_tokens) / 1000000
            from ai_models m where m.model_id = used_model);

-- Down Migration
drop function usage_cost_usd(text, bigint, bigint, bigint);
drop table ai_models;
