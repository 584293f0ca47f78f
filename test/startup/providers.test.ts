import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { openProviders, simulatedProviders } from '../../src/startup/providers.ts';

const webhookUrl = 'http://127.0.0.1:1/webhooks/meta';
const real = {
  META_APP_SECRET: 'a-secret',
  INSTAGRAM_APP_SECRET: 'another-secret',
  OPENAI_API_KEY: 'a-key',
  SMTP_URL: 'smtp://mail.example.com',
};

describe('simulatedProviders', () => {
  it.each([
    [{}, ['whatsapp', 'instagram', 'openai', 'mail']],
    [real, []],
    [{ ...real, SMTP_URL: '' }, ['mail']],
    [{ ...real, INSTAGRAM_APP_SECRET: '' }, ['instagram']],
    [{ ...real, SIMULATE: 'all' }, ['whatsapp', 'instagram', 'openai', 'mail']],
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

  it('lets a worker go without mail, because all processes would need the same simulator', async () => {
    const config = readConfig({ ...real, SMTP_URL: '' });

    const { providers, simulators } = await openProviders(config, 'worker', webhookUrl);

    expect([providers.smtpUrl, simulators]).toEqual([undefined, undefined]);
  });
});
