-- Up Migration

-- A file may be there before the message that it comes with: somebody uploaded it. Until a message takes it, it is
-- `uploaded_by` somebody: a visitor's address, or 'tenant' for people of the business.
alter table attachments
  alter column message_id drop not null,
  alter column position drop not null,
  add column uploaded_by varchar(255),
  add column thumbnail_key text,
  add column width integer check (width > 0),
  add column height integer check (height > 0),
  -- Why we do not keep the file, in a word of ours. It is `failed` then; `error` is for our own eyes.
  add column refusal varchar(30) check (refusal in
    ('empty', 'too_large', 'not_what_it_claims', 'type_not_allowed', 'unreadable', 'infected')),
  add constraint attachments_user foreign key (user_id) references users,
  add constraint attachments_origin check (message_id is not null or uploaded_by is not null),
  add constraint attachments_place check ((message_id is null) = (position is null)),
  add constraint attachments_refused check (refusal is null or status = 'failed');

-- Uploads that no message has taken: after a day they go.
create index attachments_untaken on attachments (created_at) where message_id is null;

-- A message that is stored takes the upload that it names.
grant update (message_id, position) on attachments to rapport_receiver;
grant select (message_id, created_at) on attachments to rapport_sweeper;

-- Down Migration
delete from attachments where message_id is null;
revoke update (message_id, position) on attachments from rapport_receiver;
revoke select (message_id, created_at) on attachments from rapport_sweeper;
drop index attachments_untaken;
alter table attachments
  drop constraint attachments_user,
  drop constraint attachments_origin,
  drop constraint attachments_place,
  drop column uploaded_by, drop column thumbnail_key, drop column width, drop column height, drop column refusal,
  alter column message_id set not null,
  alter column position set not null;
