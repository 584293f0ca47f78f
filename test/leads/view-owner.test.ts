import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateJobTables } from '../../src/jobs/bullmq.ts';
import { urlForRole } from '../../src/lib/database-roles.ts';
import { createPool, type Pool } from '../../src/lib/db.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import { testVault } from '../support/test-vault.ts';

const name = `owned_${randomUUID().replaceAll('-', '')}`;
const serverUrl = process.env['TEST_POSTGRES_URL'] ?? '';
let server: Pool;
let pools: Pool[];
let superuser: Pool;
let app: Pool;

const open = (url: string): Pool =>
  createPool({ url, maxConnections: 2, applicationName: 'test', onError: () => {} });
const urlOf = (database: string, user?: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) Object.assign(url, { username: user, password: 'a-password' });
  return url.toString();
};

beforeAll(async () => {
  server = open(serverUrl);
  await server.query(`create role ${name} login createrole nosuperuser password 'a-password'`);
  await server.query(`create database ${name} owner ${name}`);
  const ownerUrl = urlOf(name, name);
  await migrate({ ownerUrl, vault: testVault, migrateJobs: migrateJobTables });
  superuser = open(urlOf(name));
  app = open(urlForRole(ownerUrl, 'rapport_app', testVault));
  pools = [superuser, app];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.query(`drop database ${name} with (force)`);
  await server.query(`drop role ${name}`);
  await server.end();
});

describe('a database whose owner is no superuser', () => {
  // Seen failing with the policy owner_reads taken out of the migration: the view was empty.
  it('shows a tenant its own leads, and nobody any other', async () => {
    const mine = await arrangeTenant(superuser);
    const theirs = await arrangeTenant(superuser);
    const conversationId = await arrangeConversation(superuser, mine);
    await arrangeLead(superuser, mine, { conversationId });

    const seenBy = async (userId: string) => {
      const select = 'select conversation_id from leads';
      return (await asTenant(app, userId, (tx) => tx.query(select))).rows;
    };

    expect(await seenBy(mine.userId)).toEqual([{ conversation_id: conversationId }]);
    expect(await seenBy(theirs.userId)).toEqual([]);
    expect((await app.query('select conversation_id from leads')).rows).toEqual([]);
  });

  // Seen failing with the policies owner_reads and owner_forgets taken out of the migration of erasure.
  it('forgets what names a person and belongs to no tenant', async () => {
    const { userId } = await arrangeTenant(superuser);
    await superuser.query(
      `insert into unhandled_events (user_id, platform, kind, reason, payload)
       values (null, 'whatsapp', 'x', 'x', '{"from":"351"}'), ($1, 'whatsapp', 'x', 'x', '{"from":"351"}'),
              (null, 'whatsapp', 'x', 'x', '{"from":"3510"}')`,
      [userId],
    );

    await app.query('select forget_unattributed_events($1)', [['"351"']]);

    const { rows } = await superuser.query(
      'select user_id, payload from unhandled_events order by 1',
    );
    expect(rows).toEqual([
      { user_id: userId, payload: { from: '351' } },
      { user_id: null, payload: { from: '3510' } },
    ]);
  });
});
