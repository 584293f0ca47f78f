-- Up Migration

create extension if not exists pg_trgm;

-- What is owed to a conversation besides replies: to read it as a lead, once it rests or at once after a
-- strong signal. `extracted_through` is the newest message that was read for it.
alter table conversations
  add column extraction_due_at timestamptz,
  add column extraction_is_urgent boolean not null default false,
  add column extraction_lease_id varchar(50),
  add column extraction_lease_until timestamptz,
  add column extraction_attempts integer not null default 0,
  add column extracted_through integer not null default 0;
create index conversations_extraction_due on conversations (extraction_due_at) where extraction_due_at is not null;
grant select (extraction_due_at, extraction_lease_until) on conversations to rapport_sweeper;

-- What is known of a lead, one row for each time that something became known; the newest is `is_latest`.
create table extractions (
  extraction_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  contact_id varchar(50) not null,
  agent_id varchar(50) not null,
  platform varchar(20) not null,
  call_id varchar(50),
  customer_phone varchar(255) not null,
  extracted_at timestamptz not null default current_timestamp,
  is_latest boolean not null default true,
  message_count_at_extraction integer not null default 0,
  extracted_through integer not null default 0,
  -- The model's reading of what was said, a person's word, or a fact such as a click.
  source varchar(10) not null check (source in ('model', 'person', 'fact')),
  name varchar(255),
  email varchar(255),
  phone varchar(50),
  company varchar(255),
  intent text,
  intent_level varchar(20) check (intent_level in ('Low', 'Medium', 'High')),
  intent_score integer not null check (intent_score between 1 and 3),
  urgency_level varchar(20) check (urgency_level in ('Low', 'Medium', 'High')),
  urgency_score integer not null check (urgency_score between 1 and 3),
  budget_constraint varchar(20) check (budget_constraint in ('Yes', 'No', 'Maybe')),
  budget_score integer not null check (budget_score between 1 and 3),
  fit_alignment varchar(20) check (fit_alignment in ('Low', 'Medium', 'High')),
  fit_score integer not null check (fit_score between 1 and 3),
  engagement_health varchar(20) check (engagement_health in ('Low', 'Medium', 'High')),
  engagement_score integer not null check (engagement_score between 1 and 3),
  cta_pricing_clicked varchar(10) not null default 'No' check (cta_pricing_clicked in ('Yes', 'No')),
  cta_demo_clicked varchar(10) not null default 'No' check (cta_demo_clicked in ('Yes', 'No')),
  cta_followup_clicked varchar(10) not null default 'No' check (cta_followup_clicked in ('Yes', 'No')),
  cta_sample_clicked varchar(10) not null default 'No' check (cta_sample_clicked in ('Yes', 'No')),
  cta_website_clicked varchar(10) not null default 'No' check (cta_website_clicked in ('Yes', 'No')),
  cta_escalated_to_human varchar(10) not null default 'No' check (cta_escalated_to_human in ('Yes', 'No')),
  total_score integer not null check (total_score between 5 and 15),
  score_percent integer not null check (score_percent between 0 and 100),
  lead_status_tag varchar(20) not null check (lead_status_tag in ('Hot', 'Warm', 'Cold')),
  demo_book_datetime timestamptz,
  reasoning jsonb not null,
  -- What a person who has ten seconds reads: {wants, whyNow: [{messageId, quote}], promised: [text]}.
  brief jsonb not null default '{}',
  smart_notification text,
  notes text,
  -- What the model understood, before people's words were laid over it: what returns when they are taken back.
  understood jsonb not null,
  -- Fields that a person set, each {value, setAt}: no extraction changes them.
  set_by_hand jsonb not null default '{}',
  -- What is other than in the row before: {field: {from, to}}.
  changes jsonb not null default '{}',
  model varchar(100),
  prompt_version varchar(50),
  cost_usd numeric(14, 8),
  is_read boolean not null default false,
  read_at timestamptz,
  -- Everything that is searched, made comparable; kept in the latest row only. Its first line is names.
  search_text text,
  search_names text generated always as (split_part(search_text, E'\n', 1)) stored,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, extraction_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id)
);
create trigger extractions_updated_at before update on extractions
  for each row execute function update_updated_at_column();
create unique index extractions_latest on extractions (conversation_id) where is_latest;
create index extractions_history on extractions (user_id, conversation_id, extracted_at desc);
create index extractions_by_score on extractions (user_id, total_score desc, extracted_at desc, conversation_id desc)
  where is_latest;
create index extractions_by_time on extractions (user_id, extracted_at desc, conversation_id desc) where is_latest;
create index extractions_by_tag on extractions (user_id, lead_status_tag, total_score desc, extracted_at desc, conversation_id desc)
  where is_latest;
create index extractions_unread on extractions (user_id, total_score desc, extracted_at desc, conversation_id desc)
  where is_latest and not is_read;
create index extractions_by_agent on extractions (user_id, agent_id, extracted_at desc, conversation_id desc) where is_latest;
create index extractions_by_channel on extractions (user_id, platform, extracted_at desc, conversation_id desc) where is_latest;
create index extractions_search on extractions using gin (search_text gin_trgm_ops) where is_latest;
create index extractions_search_names on extractions using gin (search_names gin_trgm_ops) where is_latest;
select protect_tenant_table('extractions');

-- The owner reads for the view below; everybody else goes through a policy that names tenants.
do $$
begin
  execute format('create policy owner_reads on extractions for select to %I using (true)', current_user);
end
$$;

-- The latest of each lead of the tenants that the transaction acts for. A policy keeps Postgres from using the
-- trigram index (`like` is not leakproof); a view of the owner's that names the tenants itself does not.
create view leads as
  select * from extractions
   where is_latest and user_id = any ((select current_tenants())::text[]);
grant select on leads to rapport_app;

-- What the sales team may have to hear of, each once, written in the transaction in which it happened.
create table lead_events (
  lead_event_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  kind varchar(20) not null check (kind in ('tag', 'change', 'keyword', 'booking', 'handover', 'failure', 'click')),
  -- Makes twice once: the same event of a conversation has the same key.
  event_key varchar(255) not null,
  details jsonb not null default '{}',
  created_at timestamptz not null default current_timestamp,
  -- When the team is told, at the latest; null when it has been.
  tell_at timestamptz default current_timestamp,
  told_at timestamptz,
  unique (user_id, conversation_id, event_key),
  unique (user_id, lead_event_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id)
);
create index lead_events_due on lead_events (tell_at) where tell_at is not null;
select protect_tenant_table('lead_events');
grant insert on lead_events to rapport_receiver;
create policy receiver on lead_events for insert to rapport_receiver with check (true);
grant select (lead_event_id, user_id, tell_at) on lead_events to rapport_sweeper;
create policy sweeper on lead_events for select to rapport_sweeper using (true);

-- What one lead was charged, for its timeline and its cost.
create index credit_transactions_conversation on credit_transactions (user_id, conversation_id)
  where conversation_id is not null;

-- Down Migration
drop index credit_transactions_conversation;
drop table lead_events;
drop view leads;
drop table extractions;
alter table conversations
  drop column extraction_due_at, drop column extraction_is_urgent, drop column extraction_lease_id,
  drop column extraction_lease_until, drop column extraction_attempts, drop column extracted_through;
