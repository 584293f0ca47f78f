-- Up Migration

-- That a customer has seen a message may say the same of what we sent before it; told early, it waits here.
alter table delivery_events add column includes_earlier boolean not null default false;

-- All conversations of one person: whose echo it is, and whom a profile is asked for.
create index conversations_contact on conversations (user_id, contact_id);

-- A send that counted as failed was made after all, as its echo tells: the team need not hear of it any more.
grant select (user_id, conversation_id, event_key, kind, told_at), delete on lead_events to rapport_receiver;
create policy receiver_reads on lead_events for select to rapport_receiver using (kind = 'failure');
create policy receiver_takes_back on lead_events for delete to rapport_receiver
  using (kind = 'failure' and told_at is null);

-- Where the provider tells names only when it is asked: when to ask for this person's next, and when we last did.
alter table contacts
  add column profile_due_at timestamptz,
  add column profile_attempts integer not null default 0,
  add column profile_asked_at timestamptz;
create index contacts_profile_due on contacts (profile_due_at) where profile_due_at is not null;
grant select (contact_id, user_id, profile_due_at) on contacts to rapport_sweeper;
create policy sweeper on contacts for select to rapport_sweeper using (true);

-- Down Migration
drop policy sweeper on contacts;
revoke select (contact_id, user_id, profile_due_at) on contacts from rapport_sweeper;
alter table contacts drop column profile_due_at, drop column profile_attempts, drop column profile_asked_at;
drop policy receiver_takes_back on lead_events;
drop policy receiver_reads on lead_events;
revoke select (user_id, conversation_id, event_key, kind, told_at), delete on lead_events from rapport_receiver;
drop index conversations_contact;
alter table delivery_events drop column includes_earlier;
