-- Up Migration

-- Five roles, none of which may bypass row level security (docs/decisions/0003):
--   rapport_app       acts for the tenants named in app.user_ids, everywhere
--   rapport_receiver  stores what providers deliver, for any tenant; reads no secret
--   rapport_sweeper   finds what is owed, for any tenant; reads ids and due times only
--   rapport_admin     knows tenants and keys; sees no conversation
--   rapport_jobs      the job queue's own tables, nothing of ours
-- Their passwords are set by the migrator, derived from the installation's key.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['rapport_app', 'rapport_receiver', 'rapport_sweeper', 'rapport_admin', 'rapport_jobs'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', role_name);
    end if;
    execute format('grant usage on schema public to %I', role_name);
  end loop;
end
$$;

-- The tenants the current transaction acts for. Set with set_config(…, true), so that it ends with
-- the transaction and cannot reach the next user of a pooled connection. Unset means nobody.
create function current_tenants() returns text[]
  language sql stable parallel safe
  return string_to_array(nullif(current_setting('app.user_ids', true), ''), ',');

create function update_updated_at_column() returns trigger
  language plpgsql as $$
begin
  new.updated_at = current_timestamp;
  return new;
end
$$;

-- Locks a table with a user_id to its tenants: the second lock behind the queries' own conditions.
create function protect_tenant_table(table_name regclass) returns void
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format(
    'create policy tenant on %s to rapport_app using (user_id = any ((select current_tenants())::text[])) with check (user_id = any ((select current_tenants())::text[]))',
    table_name);
  execute format('grant select, insert, update, delete on %s to rapport_app', table_name);
end
$$;

-- Down Migration
drop function protect_tenant_table(regclass);
drop function update_updated_at_column();
drop function current_tenants();
