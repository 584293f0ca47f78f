-- Up Migration

-- A visitor is shown the agent's name before they are anybody.
grant select (name) on agents to rapport_receiver;

-- How much of its allowance a visitor or an address has used, over all processes: the time at which it has all of it
-- back (a leaky bucket). Nothing to keep.
create unlogged table webchat_limits (
  user_id varchar(50) not null,
  bucket varchar(30) not null,
  subject varchar(255) not null,
  full_again_at timestamptz not null,
  primary key (user_id, bucket, subject)
) with (fillfactor = 70);
create index webchat_limits_over on webchat_limits (full_again_at);
select protect_tenant_table('webchat_limits');
grant select (user_id, bucket, subject, full_again_at), delete on webchat_limits to rapport_sweeper;
create policy sweeper on webchat_limits to rapport_sweeper using (true);

-- Down Migration
drop table webchat_limits;
revoke select (name) on agents from rapport_receiver;
