-- Up Migration

create extension if not exists btree_gist;

-- Meetings, and the slots that are held for a customer who decides. `held` and `lapsed` are no meetings yet, `pending`
-- is agreed and on its way into Google's calendar.
create table meetings (
  meeting_id varchar(50) primary key,
  user_id varchar(50) not null,
  conversation_id varchar(50) not null,
  contact_id varchar(50) not null,
  agent_id varchar(50) not null,
  person_id varchar(50) not null,
  -- Ours, chosen before Google is asked; null without Google.
  google_event_id varchar(255),
  google_calendar_id varchar(255),
  title varchar(255) not null,
  service varchar(100),
  special_notes text,
  customer_name varchar(255),
  customer_email varchar(255),
  participants text[] not null default '{}',
  meeting_time timestamptz not null,
  duration_minutes integer not null default 30 check (duration_minutes between 5 and 1440),
  -- The end, with the time after it that has to stay free.
  blocked_until timestamptz not null,
  -- The customer's zone and language, for what they are told.
  timezone varchar(100) not null,
  language varchar(35) not null default 'en',
  meet_link text,
  status varchar(20) not null
    check (status in ('held', 'lapsed', 'pending', 'scheduled', 'cancelled', 'completed', 'missed')),
  -- The business moved it onto another one itself, in its calendar: its word counts, and is no double booking of ours.
  may_overlap boolean not null default false,
  -- Who ended or changed it last: customer, business (in the calendar or by the API).
  changed_by varchar(20) check (changed_by in ('customer', 'business')),
  held_until timestamptz,
  -- What Google is still owed: the newest change of ours, and the newest that Google has.
  version integer not null default 1,
  google_version integer not null default 0,
  google_due_at timestamptz,
  google_attempts integer not null default 0,
  google_lease_id varchar(50),
  google_lease_until timestamptz,
  google_error text,
  -- Google's own time of its newest state that we know.
  google_updated_at timestamptz,
  booked_at timestamptz,
  cancelled_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, meeting_id),
  foreign key (user_id, conversation_id) references conversations (user_id, conversation_id),
  foreign key (user_id, person_id) references bookable_people (user_id, person_id),
  check (blocked_until > meeting_time),
  check (status <> 'held' or held_until is not null),
  -- Nobody is met by two at once, whatever races.
  constraint meetings_no_double exclude using gist
    (person_id with =, tstzrange(meeting_time, blocked_until) with &&)
    where (status in ('held', 'pending', 'scheduled') and not may_overlap)
);
create trigger meetings_updated_at before update on meetings
  for each row execute function update_updated_at_column();
create index meetings_of_conversation on meetings (user_id, conversation_id, meeting_time desc);
create index meetings_of_tenant on meetings (user_id, meeting_time desc, meeting_id desc)
  where status not in ('held', 'lapsed');
create index meetings_google_due on meetings (google_due_at) where google_due_at is not null;
create index meetings_held on meetings (held_until) where status in ('held', 'lapsed');
create index meetings_over on meetings (meeting_time) where status = 'scheduled';
create unique index meetings_google_event on meetings (user_id, google_event_id) where google_event_id is not null;
select protect_tenant_table('meetings');
grant select (meeting_id, user_id, status, held_until, google_due_at, google_lease_until, meeting_time, duration_minutes)
  on meetings to rapport_sweeper;
create policy sweeper on meetings for select to rapport_sweeper using (true);

-- What a customer is owed about a meeting, each once: a word that it is confirmed, moved or cancelled, and reminders.
create table meeting_messages (
  user_id varchar(50) not null,
  meeting_id varchar(50) not null,
  kind varchar(20) not null check (kind in ('confirmed', 'failed', 'moved', 'cancelled', 'declined', 'reminder')),
  -- Makes twice once, such as the minutes before of a reminder, or the version of the meeting.
  key varchar(50) not null,
  -- The time that the message is about: one that speaks of another is not sent.
  about_time timestamptz not null,
  due_at timestamptz,
  lease_until timestamptz,
  attempts integer not null default 0,
  message_id varchar(100),
  outcome varchar(30),
  settled_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  primary key (user_id, meeting_id, kind, key),
  foreign key (user_id, meeting_id) references meetings (user_id, meeting_id) on delete cascade
);
create index meeting_messages_due on meeting_messages (due_at) where due_at is not null;
select protect_tenant_table('meeting_messages');
grant select (user_id, meeting_id, due_at, lease_until) on meeting_messages to rapport_sweeper;
create policy sweeper on meeting_messages for select to rapport_sweeper using (true);

-- Events that have to go from Google although their meeting is no more, such as an erased person's.
create table google_event_removals (
  user_id varchar(50) not null references users,
  google_calendar_id varchar(255) not null,
  google_event_id varchar(255) not null,
  due_at timestamptz not null default current_timestamp,
  attempts integer not null default 0,
  primary key (user_id, google_calendar_id, google_event_id)
);
create index google_event_removals_due on google_event_removals (due_at);
select protect_tenant_table('google_event_removals');
grant select (user_id, due_at) on google_event_removals to rapport_sweeper;
create policy sweeper on google_event_removals for select to rapport_sweeper using (true);

-- Down Migration
drop table google_event_removals;
drop table meeting_messages;
drop table meetings;
