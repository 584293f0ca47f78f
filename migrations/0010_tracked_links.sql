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

-- Every time that a link was fetched or its button tapped; `is_counted` when a person did it.
create table link_clicks (
  link_click_id varchar(50) primary key,
  user_id varchar(50) not null,
  tracked_link_id varchar(50) not null,
  conversation_id varchar(50) not null,
  kind varchar(10) not null check (kind in ('link', 'button')),
  is_counted boolean not null,
  -- Why it is not counted: a preview, a scanner, ….
  because varchar(50),
  user_agent varchar(300),
  clicked_at timestamptz not null default current_timestamp,
  foreign key (user_id, tracked_link_id) references tracked_links (user_id, tracked_link_id)
);
create index link_clicks_conversation on link_clicks (user_id, conversation_id, clicked_at);
select protect_tenant_table('link_clicks');
grant insert on link_clicks to rapport_receiver;
create policy receiver on link_clicks for insert to rapport_receiver with check (true);

-- Down Migration
drop table link_clicks, tracked_links;
