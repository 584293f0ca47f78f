import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/**
 * What becomes of each table with something of a person when they are erased. Whoever adds a table or a column has to
 * say it here, and to do it: see forgetEverywhere in src/app/api-routes.ts.
 */
const decided = {
  taken: [
    'attachments',
    'contact_identities',
    'contacts',
    'conversations',
    'delivery_events',
    'extractions',
    'lead_events',
    'link_clicks',
    'meeting_messages',
    'meetings',
    'message_delivery_status',
    'messages',
    'notifications',
    'realtime_events',
    'tracked_links',
    'unhandled_events',
    'webchat_limits',
  ],
  // Ids that stand for nobody any more, with what was charged and spent.
  kept: ['credit_transactions', 'model_usage', 'erased_conversations', 'erasures'],
  // Gone by themselves: hashes after days, what is owed when it is done.
  passing: ['erased_addresses', 'google_event_removals', 'media_deletions'],
  // Nothing of any person who writes to the business.
  others: [
    'agents',
    'api_keys',
    'bookable_people',
    'business_profiles',
    'credits',
    'google_calendar_syncs',
    'google_calendar_tokens',
    'notices',
    'notification_targets',
    'oauth_tickets',
    'phone_numbers',
    'prompt_versions',
    'prompts',
    'send_pacing',
    'users',
  ],
};

it('is decided, for each table of a tenant, what becomes of it when a person is erased', async () => {
  const { rows } = await database.owner.query(
    `select c.relname as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
  );

  expect(rows.map(({ name }) => name).sort()).toEqual(Object.values(decided).flat().sort());
});
