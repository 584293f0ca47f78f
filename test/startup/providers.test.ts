import { describe, expect, it } from '@jest/globals';
import { verifyMetaSignature } from '../../src/channels/meta-signature.ts';
import { readConfig } from '../../src/config/config.ts';
import { openProviders, simulatedProviders } from '../../src/startup/providers.ts';
import { startReceiver } from '../simulators/webhook-receiver.ts';

const webhookUrl = 'http://127.0.0.1:1/webhooks/meta';
const real = {
  META_APP_SECRET: 'a-secret',
  INSTAGRAM_APP_SECRET: 'another-secret',
  GOOGLE_CLIENT_ID: 'a-client',
  GOOGLE_CLIENT_SECRET: 'a-google-secret',
  OPENAI_API_KEY: 'a-key',
  SMTP_URL: 'smtp://mail.example.com',
};

describe('simulatedProviders', () => {
  it.each([
    [{}, ['whatsapp', 'instagram', 'google', 'openai', 'mail']],
    [real, []],
    [{ ...real, SMTP_URL: '' }, ['mail']],
    [{ ...real, INSTAGRAM_APP_SECRET: '' }, []],
    [{ INSTAGRAM_APP_SECRET: 'another-secret' }, ['google', 'openai', 'mail']],
    [{ ...real, SIMULATE: 'all' }, ['whatsapp', 'instagram', 'google', 'openai', 'mail']],
    [{ SIMULATE: 'none' }, []],
  ])('with %j are %j', (environment, expected) => {
    expect(simulatedProviders(readConfig(environment))).toEqual(expected);
  });
});

describe('openProviders', () => {
  it('puts a mail server that delivers nothing in the place of the one that is not set', async () => {
    const config = readConfig({ ...real, SMTP_URL: '' });

    const { providers, simulators } = await openProviders(config, 'all', webhookUrl);

    expect(providers.smtpUrl).toBe(simulators?.smtpUrl);
    expect(providers.smtpUrl).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
    expect(providers.openaiApiKey).toBe('a-key');
    await simulators?.close();
  });

  // Seen failing, the first, with the simulators given the real secrets whatever they stand in for.
  it.each([
    [{ ...real, SMTP_URL: '' }, [false, false], ['a-secret', 'another-secret']],
    // Seen failing with one of the two simulated while the other was real: its secret signed for both.
    [{ ...real, INSTAGRAM_APP_SECRET: '', SMTP_URL: '' }, [false, false], ['a-secret']],
    [{ ...real, SIMULATE: 'all' }, [true, true], ['a-secret', 'another-secret']],
    [{}, [true, true], [expect.any(String), expect.any(String)]],
  ])(
    'with %j accepts what WhatsApp’s and Instagram’s simulators sign: %j',
    async (environment, accepted, secrets) => {
      const receiver = await startReceiver();
      const opened = await openProviders(readConfig(environment), 'all', receiver.url);

      await opened.simulators?.customerWrites({ raw: {} });
      await opened.simulators?.instagramEvent({ raw: {} });

      const { appSecrets } = opened.providers;
      const held = receiver.received.map(({ raw, signature }) =>
        verifyMetaSignature({ rawBody: raw, header: signature, secrets: appSecrets }),
      );
      expect([held, appSecrets]).toEqual([accepted, secrets]);
      await Promise.all([opened.simulators?.close(), receiver.close()]);
    },
  );

  it('lets a worker go without mail, because all processes would need the same simulator', async () => {
    const config = readConfig({ ...real, SMTP_URL: '' });

    const { providers, simulators } = await openProviders(config, 'worker', webhookUrl);

    expect([providers.smtpUrl, simulators]).toEqual([undefined, undefined]);
  });
});
