import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAccountRoutes } from '../../src/channels/connect-account-routes.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { clientOf, keyOf, serveRoutes } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Asks for a link, where the installation has these apps and is reached there. */
async function askForLink(
  body: object,
  { logins = ['instagram'], publicUrl = 'https://rapport.example' as string | undefined } = {},
) {
  const scripted = scriptedChannel();
  const consent = scripted.consent === null ? null : { ...scripted.consent, logins };
  const routes = connectAccountRoutes({
    app: database.pool('rapport_app'),
    vault: testVault,
    newId,
    channelFor: () => ({ ...scripted, consent }),
    publicUrl,
  });
  const { userId } = await arrangeTenant(database.owner);
  const client = clientOf(
    serveRoutes(database.pool('rapport_admin'), routes),
    await keyOf(database.owner, userId),
  );
  return client.post('/instagram/connect').send(body);
}

describe('POST /instagram/connect', () => {
  it('answers a link whose ticket is stored as its hash only', async () => {
    const { status, body } = await askForLink({});

    expect(status).toBe(201);
    const url = new URL(body.startUrl);
    expect(url.origin + url.pathname).toBe('https://rapport.example/oauth/instagram/start');
    const ticket = url.searchParams.get('ticket') ?? '';
    expect(ticket.length).toBeGreaterThan(70);
    const { rows } = await database.owner.query(
      `select t::text as row, expires_at - now() < interval '10 minutes' as "isShort"
         from oauth_tickets t`,
    );
    expect(rows).toEqual([{ row: expect.not.stringContaining(ticket), isShort: true }]);
    expect(rows[0].row).not.toContain(ticket.split('.')[0]);
  });

  it.each([
    ['instagram', [], 'INSTAGRAM_APP_ID'],
    ['facebook', ['instagram'], 'META_APP_ID'],
  ])(
    'says what is missing for the login of %s with the apps %j',
    async (login, logins, setting) => {
      const { status, body } = await askForLink({ login }, { logins });

      expect([status, body.code]).toEqual([422, 'instagram.oauth_not_configured']);
      expect(body.detail).toContain(setting);
    },
  );

  it.each([
    'https://elsewhere.example/',
    'https://rapport.example.evil.example/',
    'https://rapport.example@evil.example/',
    'http://rapport.example/',
    'javascript:alert(1)',
    '//evil.example',
  ])('leads back to no other site: %s', async (returnUrl) => {
    const { status, body } = await askForLink({ returnUrl });

    expect([status, body.errors?.[0]?.field]).toEqual([400, 'returnUrl']);
  });

  it('may lead back to a page of its own', async () => {
    expect((await askForLink({ returnUrl: 'https://rapport.example/settings' })).status).toBe(201);
  });
});
