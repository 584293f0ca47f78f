import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BadConfiguration, readConfig } from '../../src/config/config.ts';

/** A value that cannot be used, for each variable that has such a value. */
const bad = {
  PORT: '65536',
  PUBLIC_URL: 'ftp://example.com',
  DATABASE_URL: 'mysql://localhost/rapport',
  REDIS_URL: 'http://localhost',
  LOG_LEVEL: 'loud',
  ENCRYPTION_KEY: Buffer.alloc(16).toString('base64'),
  ADMIN_API_KEY: 'short',
  META_GRAPH_URL: 'graph.facebook.com',
  META_GRAPH_VERSION: '25',
  OPENAI_BASE_URL: 'not a url',
  OPENAI_TIMEOUT_MS: '1.5',
  REPLY_QUIET_MS: '6001',
  SEND_SETTLE_MS: '-1',
  TURN_LEASE_MS: '999',
  SWEEP_INTERVAL_MS: 'soon',
  TURNS_PER_WORKER: '0',
  MEDIA_S3_ENDPOINT: '//s3',
  SIMULATE: 'some',
  SIMULATORS_PORT: '-1',
};

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof BadConfiguration) {
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(':')[0] ?? '');
    }
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('names every variable that cannot be used, in one go', () => {
    expect(faultsOf(bad).sort()).toEqual(Object.keys(bad).sort());
  });

  it.each(Object.entries(bad))('names %s alone when it alone is %s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([name]);
  });

  it('repeats no value: it may be a secret', () => {
    expect(() => readConfig({ ADMIN_API_KEY: 'hunter2', ENCRYPTION_KEY: 'c2VjcmV0' })).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.not.stringMatching(/hunter2|c2VjcmV0/),
      }),
    );
  });

  it('takes an empty value for one that is not set', () => {
    const empty = Object.fromEntries(Object.keys(bad).map((name) => [name, '']));

    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('has the defaults that operators are told of', () => {
    expect(readConfig({})).toMatchObject({
      http: { port: 3000, host: '127.0.0.1' },
      dataDir: '.data',
      replies: { quietMs: 1_200 },
      sends: { settleMs: 60_000 },
      simulate: 'auto',
      mediaS3: undefined,
      databaseUrl: undefined,
    });
  });

  it('takes the slashes off the end of an address, so that paths can be put behind it', () => {
    const { meta, openai } = readConfig({
      META_GRAPH_URL: 'http://127.0.0.1:3100/',
      OPENAI_BASE_URL: 'http://127.0.0.1:3100/v1//',
    });

    expect(meta.graphUrl).toBe('http://127.0.0.1:3100');
    expect(openai.baseUrl).toBe('http://127.0.0.1:3100/v1');
  });

  it('passes over what is not its own', () => {
    expect(readConfig({ HOME: '/home/me', PATH: '' })).toEqual(readConfig({}));
  });

  it('has the values of .env.example as its own defaults', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const given = Object.fromEntries(
      example.split('\n').flatMap((line) => {
        const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
      }),
    );

    const { meta, openai, ...config } = readConfig(given);

    const defaults = readConfig({});
    expect(config).toMatchObject({
      ...config,
      replies: defaults.replies,
      sends: defaults.sends,
      http: defaults.http,
    });
    expect({ ...meta, graphUrl: undefined, oauthUrl: undefined }).toEqual(defaults.meta);
    expect({ ...openai, baseUrl: undefined }).toEqual(defaults.openai);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(Object.keys(bad)));
  });
});
