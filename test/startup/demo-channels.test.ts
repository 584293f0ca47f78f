import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/lib/ids.ts';
import { readDemoChannels } from '../../src/startup/demo-channels.ts';
import { demoInfo } from '../../src/startup/demo-info.ts';
import { type DemoDeps, ensureDemoTenant } from '../../src/startup/demo-tenant.ts';
import { readIdentity } from '../../src/webchat/identity.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let deps: DemoDeps;

beforeEach(async () => {
  database = await createTestDatabase();
  deps = {
    admin: database.pool('rapport_admin'),
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    model: 'a-model',
    isMailSimulated: true,
  };
});
afterEach(() => database.drop());

async function started() {
  const demo = await ensureDemoTenant(deps);
  if (demo === undefined) throw new Error('there is no demo tenant');
  return { demo, channels: await readDemoChannels(deps, demo.userId) };
}

/** As a database was before the demo business had more than WhatsApp. */
const forgetOthers = async (): Promise<void> => {
  await database.owner.query(`delete from agents where phone_number_id in
    (select id from phone_numbers where platform <> 'whatsapp')`);
  await database.owner.query(`delete from phone_numbers where platform <> 'whatsapp'`);
};

const platforms = (channels: { platform: string }[]) => channels.map(({ platform }) => platform);

describe('the channels of the demo tenant', () => {
  it('are WhatsApp, Instagram and a web chat, answered by the same agent with the same words', async () => {
    const { channels } = await started();

    expect(channels).toMatchObject([
      { platform: 'whatsapp', agentName: 'Ada', customer: { name: 'Ana' } },
      { platform: 'instagram', agentName: 'Ada', customer: { name: 'Ana' } },
      { platform: 'webchat', agentName: 'Ada', accountId: 'casa-verde' },
    ]);
    const { rows } = await database.owner.query(
      `select count(distinct prompt_id)::int as prompts,
              max(settings->'webchat'->>'greeting') as greeting,
              max(jsonb_array_length(settings->'webchat'->'quickReplies')) as replies
         from agents`,
    );
    expect(rows).toEqual([
      { prompts: 1, greeting: expect.stringContaining('I am Ada'), replies: 3 },
    ]);
  });

  // Seen failing with addMissingChannels called for a new tenant only.
  it('are given to an older demo tenant, which keeps what it changed', async () => {
    await started();
    await forgetOthers();
    await database.owner.query(`update agents set name = 'Bruno', settings = '{"quietMs": 1}'`);

    const { channels } = await started();

    expect(platforms(channels)).toEqual(['whatsapp', 'instagram', 'webchat']);
    expect(channels[0]?.agentName).toBe('Bruno');
    const { rows } = await database.owner.query(
      `select a.settings, count(*) over ()::int as prompts from agents a
         join prompts p on p.prompt_id = a.prompt_id
        where a.name = 'Bruno'`,
    );
    expect(rows).toEqual([{ settings: { quietMs: 1 }, prompts: 1 }]);
    const { rows: prompts } = await database.owner.query('select from prompts');
    expect(prompts).toHaveLength(1);
  });

  it('stay as somebody left them: changed, or switched off', async () => {
    await started();
    await database.owner.query(
      `update agents set settings = '{"webchat": {"greeting": "Hi"}}', name = 'Vera', is_active = platform <> 'instagram'
         from phone_numbers p where p.id = phone_number_id`,
    );

    const { channels } = await started();

    expect(platforms(channels)).toEqual(['whatsapp', 'webchat']);
    const { rows } = await database.owner.query(
      `select distinct name, settings->'webchat'->>'greeting' as greeting from agents`,
    );
    expect(rows).toEqual([{ name: 'Vera', greeting: 'Hi' }]);
  });

  // Seen failing with `on conflict` taken out.
  it('leave an account to the tenant who has it', async () => {
    await started();
    await forgetOthers();
    const { userId } = await arrangeTenant(database.owner);
    await database.owner.query(
      `insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token)
       values ('phn_theirs', $1, 'webchat', 'casa-verde', 'x')`,
      [userId],
    );

    const { channels } = await started();

    expect(platforms(channels)).toEqual(['whatsapp', 'instagram']);
  });
});

describe('demoInfo', () => {
  const now = () => new Date('2026-11-27T10:00:00Z');

  it('signs for the web chat who its visitor is, and tells no token', async () => {
    const { demo, channels } = await started();
    const config = { openai: { model: 'a-model' }, extraction: { idleMs: 60_000 } };
    const opened = { simulators: undefined, simulated: [] };

    const info = await demoInfo({ context: { ...deps, now, config }, demo, opened });

    const webchat = info?.channels.find(({ platform }) => platform === 'webchat');
    const secret = channels.find(({ platform }) => platform === 'webchat')?.accessToken ?? '';
    expect(await readIdentity(webchat?.identity ?? '', secret, now())).toEqual({
      address: webchat?.customer.address,
      name: 'Ana',
    });
    expect(JSON.stringify(info)).not.toContain(secret);
    expect(JSON.stringify(info)).not.toContain('token');
  });
});
