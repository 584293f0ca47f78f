-- Up Migration

-- Where a tenant's people are told of leads.
create table notification_targets (
  notification_target_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  kind varchar(20) not null check (kind in ('email', 'slack', 'teams', 'webhook', 'whatsapp')),
  name varchar(255),
  address text not null,
  address_shown varchar(500) not null,
  secret text,
  -- What to tell: [{on: 'tag', tags: ['Hot']}, …]; see src/notifications/rules.ts.
  rules jsonb not null,
  quiet_hours jsonb,
  digest jsonb,
  escalation jsonb,
  -- What a kind needs besides: the template of a WhatsApp message.
  options jsonb not null default '{}',
  is_active boolean not null default true,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  -- Kept for what was sent to it, without its address.
  deleted_at timestamptz,
  unique (user_id, notification_target_id)
);
comment on column notification_targets.address is 'ciphertext: whoever knows a Slack or Teams address can post there';
comment on column notification_targets.secret is 'ciphertext: signs what goes to a webhook';
create trigger notification_targets_updated_at before update on notification_targets
  for each row execute function update_updated_at_column();
create index notification_targets_recent on notification_targets (user_id, notification_target_id desc)
  where deleted_at is null;
select protect_tenant_table('notification_targets');

-- One message to one target: planned with the event that causes it, so once for each event and target.
create table notifications (
  notification_id varchar(50) primary key,
  user_id varchar(50) not null,
  notification_target_id varchar(50) not null,
  -- Null for a digest, and for a test.
  lead_event_id varchar(50),
  -- Further events of the same moment that the same message tells of.
  also_told varchar(50)[] not null default '{}',
  conversation_id varchar(50),
  kind varchar(20) not null check (kind in ('event', 'digest', 'escalation', 'test')),
  status varchar(20) not null default 'pending'
    check (status in ('pending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'in_digest', 'cancelled')),
  content jsonb not null,
  -- Stands in the address of its buttons (`/n/:token`).
  open_token varchar(64) unique,
  -- The digest that carries it. Who is in it is settled when it is first claimed.
  digest_id varchar(50),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  lease_until timestamptz,
  -- From here on the provider may have it.
  handed_over_at timestamptz,
  sent_at timestamptz,
  provider_message_id varchar(255),
  error text,
  opened_at timestamptz,
  escalate_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, notification_id),
  check ((status = 'pending') = (next_attempt_at is not null)),
  foreign key (user_id, notification_target_id) references notification_targets (user_id, notification_target_id),
  foreign key (user_id, lead_event_id) references lead_events (user_id, lead_event_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id),
  foreign key (user_id, digest_id) references notifications (user_id, notification_id),
  check ((status = 'in_digest') <= (digest_id is not null))
);
create unique index notifications_once on notifications (lead_event_id, notification_target_id, kind)
  where lead_event_id is not null;
create index notifications_due on notifications (next_attempt_at) where next_attempt_at is not null;
create index notifications_escalation on notifications (escalate_at) where escalate_at is not null;
create index notifications_recent on notifications (user_id, notification_id desc);
create index notifications_target on notifications (user_id, notification_target_id, notification_id desc);
create index notifications_conversation on notifications (user_id, conversation_id, created_at);
create index notifications_in_digest on notifications (user_id, digest_id) where digest_id is not null;
-- A target has one digest that still gathers.
create unique index notifications_gathering on notifications (notification_target_id)
  where kind = 'digest' and status = 'pending' and attempts = 0;
create trigger notifications_updated_at before update on notifications
  for each row execute function update_updated_at_column();
select protect_tenant_table('notifications');
-- A provider's status of a message settles it, whatever tenant it is of.
grant select (notification_id, user_id, notification_target_id, open_token, kind, status, handed_over_at, sent_at, provider_message_id, opened_at, escalate_at)
  on notifications to rapport_receiver;
grant select (notification_target_id, user_id, escalation) on notification_targets to rapport_receiver;
create policy receiver on notification_targets for select to rapport_receiver using (true);
grant update (status, error, sent_at, provider_message_id, next_attempt_at, lease_until, escalate_at) on notifications to rapport_receiver;
create policy receiver on notifications for select to rapport_receiver using (true);
create policy receiver_settles on notifications for update to rapport_receiver using (true);
grant select (notification_id, user_id, status, next_attempt_at, lease_until, escalate_at) on notifications to rapport_sweeper;
create policy sweeper on notifications for select to rapport_sweeper using (true);
grant select (conversation_id) on lead_events to rapport_sweeper;

-- Down Migration
revoke select (conversation_id) on lead_events from rapport_sweeper;
drop table notifications, notification_targets;
