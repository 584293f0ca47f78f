-- Up Migration

-- When and how an agent's business can be met, and what a voice agent says about it.
create table business_profiles (
  agent_id varchar(50) primary key,
  user_id varchar(50) not null,
  business_name varchar(255),
  business_phone varchar(50),
  type_of_business varchar(255),
  business_summary text,
  additional_context text,
  business_timezone varchar(64) not null,
  -- {hours, breaks?, exceptions?} on the wall clock of business_timezone.
  operating_schedule jsonb not null,
  default_appointment_length integer not null default 60 check (default_appointment_length between 5 and 1440),
  -- How meetings are placed: steps, buffers, notice, horizon, limit for a day, how long a slot is held.
  booking_rules jsonb not null default '{}',
  -- [{name, durationMinutes, …}]; without any there is one meeting of the default length.
  services jsonb not null default '[]',
  takes_bookings boolean not null default true,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  foreign key (user_id, agent_id) references agents (user_id, agent_id) on delete cascade
);
create trigger business_profiles_updated_at before update on business_profiles
  for each row execute function update_updated_at_column();
select protect_tenant_table('business_profiles');

-- Who can be met. Whoever books meets one of them, in turns.
create table bookable_people (
  person_id varchar(50) primary key,
  user_id varchar(50) not null references users,
  name varchar(255) not null,
  email varchar(255),
  -- Hours of their own, in the form of operating_schedule with a time zone; null: those of the business.
  schedule jsonb,
  -- The names of the services they give; null: all.
  services text[],
  max_per_day integer check (max_per_day between 1 and 200),
  -- The calendar their meetings are written to, and those that say when they are busy; null: those of the connection.
  calendar_id varchar(255),
  check_calendar_ids text[],
  is_active boolean not null default true,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp,
  unique (user_id, person_id)
);
create trigger bookable_people_updated_at before update on bookable_people
  for each row execute function update_updated_at_column();
create index bookable_people_tenant on bookable_people (user_id);
select protect_tenant_table('bookable_people');

-- Down Migration
drop table bookable_people;
drop table business_profiles;
