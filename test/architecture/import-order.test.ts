import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A part imports itself and the parts before it. To reach further: a job, an event, or an argument. */
const order = [
  'config',
  'lib',
  'jobs',
  'accounts',
  'oauth',
  'llm',
  'realtime',
  'notifications',
  'contacts',
  'availability',
  'credits',
  'functions',
  'media',
  'channels',
  'conversations',
  'knowledge',
  'meetings',
  'delivery',
  'leads',
  'agent',
  'calls',
  'campaigns',
  'analytics',
  'inbound',
  'webchat',
  'context',
  'app',
  'evaluation',
  'widget',
  'start-page',
  'lead-page',
  'workers',
  'startup',
  'main',
];

/** Each library that stands for a provider or an engine is known to these files only. */
const adapters: Record<string, RegExp> = {
  openai: /^src\/llm\/openai\.ts$/,
  bullmq: /^src\/jobs\/bullmq\.ts$/,
  ioredis: /^src\/(jobs\/bullmq|realtime\/redis-signal-bus)\.ts$/,
  axios: /^src\/channels\/graph-http\.ts$/,
  winston: /^src\/lib\/log\.ts$/,
  'prom-client': /^src\/lib\/metrics\.ts$/,
  'node-pg-migrate': /^src\/lib\/migrate\.ts$/,
  '@aws-sdk/client-s3': /^src\/media\/s3-media-store\.ts$/,
  sharp: /^src\/media\/intake\/sharp-cleaner\.ts$/,
  undici: /^src\/(llm\/lean-fetch|notifications\/notifiers\/http-post)\.ts$/,
  'nodemailer/lib/mail-composer': /^src\/notifications\/notifiers\/email-notifier\.ts$/,
  'nodemailer/lib/shared': /^src\/notifications\/notifiers\/smtp\.ts$/,
  'nodemailer/lib/smtp-connection': /^src\/notifications\/notifiers\/smtp\.ts$/,
  standardwebhooks: /^src\/notifications\/notifiers\/webhook-notifier\.ts$/,
  'ical-generator': /^src\/meetings\/telling\/ics\.ts$/,
  isbot: /^src\/leads\/links\/click-rules\.ts$/,
  'temporal-polyfill': /^src\/lib\/local-times\.ts$/,
  'csv-stringify/sync': /^src\/leads\/lead-csv\.ts$/,
  jose: /^src\/webchat\/(visitor-token|identity)\.ts$/,
  esbuild: /^src\/widget\/bundle\.ts$/,
  '@googleapis/calendar': /^src\/meetings\/google\/google-calendar\.ts$/,
  'typeid-js': /^src\/lib\/ids\.ts$/,
};

const files = [...sources('src'), ...sources('workers')];

describe('imports', () => {
  it('go one way', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(root, join(root, dirname(file), name)))
        .filter((target) => !target.startsWith('simulators/'))
        .filter((target) => rank(target) > rank(file))
        .map((target) => `${file} -> ${target}`),
    );

    expect(wrong).toEqual([]);
  });

  it('name only parts that have a place in the order', () => {
    expect([...new Set(files.map(partOf))].filter((part) => !order.includes(part))).toEqual([]);
  });

  it('reach each library through its own adapter', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => name in adapters && !adapters[name]?.test(file))
        .map((name) => `${file} -> ${name}`),
    );

    expect(wrong).toEqual([]);
  });

  it('leave the simulators to the start, and the source to nobody of theirs', () => {
    const intoSimulators = files.filter(
      (file) =>
        !/^src\/(startup\/|evaluation\/open-model\.ts$)/.test(file) &&
        importsOf(file).some((name) => name.includes('simulators/')),
    );
    const intoSource = sources('simulators').filter((file) =>
      importsOf(file).some((name) => name.includes('/src/')),
    );

    expect({ intoSimulators, intoSource }).toEqual({ intoSimulators: [], intoSource: [] });
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const named = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...named].map((match) => match[1] ?? '');
}

function partOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'workers' ? top : second.replace(/\.ts$/, '');
}

function rank(path: string): number {
  return order.indexOf(partOf(path));
}
