-- Up Migration

-- A link of the business's that shows when the customer opens it: one for each conversation and purpose.
create table tracked_links (
  tracked_link_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  purpose varchar(20) not null check (purpose in ('pricing', 'demo', 'followup', 'sample', 'website')),
  -- Stands in the address (`/r/:token`); 128 bits that nobody can guess.
  token varchar(64) not null unique,
  target_url text not null,
  created_at timestamptz not null default current_timestamp,
  unique (conversation_id, purpose),
  unique (user_id, tracked_link_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id)
);
select protect_tenant_table('tracked_links');
grant select on tracked_links to rapport_receiver;
create policy receiver on tracked_links for select to rapport_receiver using (true);

-- Every time that a link was fetched or its button tapped; `is_counted` when a person did it. A button of a
-- template may stand for a purpose of which the conversation has no link.
create table link_clicks (
  link_click_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  purpose varchar(20) not null check (purpose in ('pricing', 'demo', 'followup', 'sample', 'website')),
  tracked_link_id varchar(50),
  -- The message that tapping the button made.
  message_id varchar(100) unique,
  kind varchar(10) not null check (kind in ('link', 'button')),
  is_counted boolean not null,
  -- Why it is not counted: a preview, a scanner, ….
  because varchar(50),
  user_agent varchar(300),
  clicked_at timestamptz not null default current_timestamp,
  check (is_counted = (because is null)),
  check ((kind = 'button') = (message_id is not null)),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id),
  foreign key (user_id, tracked_link_id) references tracked_links (user_id, tracked_link_id),
  foreign key (user_id, message_id) references messages (user_id, message_id)
);
create index link_clicks_conversation on link_clicks (user_id, conversation_id, clicked_at);
select protect_tenant_table('link_clicks');
grant select, insert on link_clicks to rapport_receiver;
create policy receiver on link_clicks to rapport_receiver using (true) with check (true);

-- Down Migration
drop table link_clicks, tracked_links;
