import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateJobTables } from '../../src/jobs/bullmq.ts';
import { createPool, type Pool } from '../../src/lib/db.ts';
import { startEmbeddedPostgres } from '../../src/lib/embedded-postgres.ts';
import { createVault } from '../../src/lib/encryption.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeGoogleConnection } from '../support/arrange-google-connection.ts';
import { testEncryptionKey, testVault } from '../support/test-vault.ts';

/** A server of its own: the roles' passwords belong to the whole server, and they come from the key. */
let postgres: { url: string; stop(): Promise<void> };
let dataDir: string;
let owner: Pool;
let userId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-rotate-'));
  postgres = await startEmbeddedPostgres({ dataDir, log: () => {} });
  await migrate({ ownerUrl: postgres.url, vault: testVault, migrateJobs: migrateJobTables });
  owner = createPool({
    url: postgres.url,
    maxConnections: 2,
    applicationName: 'test',
    onError: () => {},
  });
  ({ userId } = await arrangeTenant(owner));
  await arrangeGoogleConnection(owner, userId, { refreshToken: '1//kept' });
}, 60_000);
afterAll(async () => {
  await owner.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const newKey = Buffer.alloc(32, 31);
const otherKey = Buffer.alloc(32, 32);

/** `npm run rotate-key`, as operators run it. */
async function rotate(current: Buffer, previous: string) {
  const child = spawn(`${root}node_modules/.bin/node`, ['src/main.ts', 'rotate-key'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_NO_WARNINGS: '1',
      DATABASE_URL: postgres.url,
      ADMIN_API_KEY: 'an-admin-key-of-tests',
      ENCRYPTION_KEY: current.toString('base64'),
      ENCRYPTION_KEY_PREVIOUS: previous,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, printed };
}

async function refreshToken(): Promise<string> {
  const { rows } = await owner.query(
    'select refresh_token as token from google_calendar_tokens where user_id = $1',
    [userId],
  );
  return rows[0].token;
}

describe('npm run rotate-key', () => {
  it('says what is left where no key opens it, and ends with 1', async () => {
    const before = await refreshToken();

    const { code, printed } = await rotate(newKey, otherKey.toString('base64'));

    expect([code, await refreshToken()]).toEqual([1, before]);
    expect(printed).toContain('google_calendar_tokens.refresh_token: 0 written anew');
    expect(printed).toContain('1 cannot be read with any key that is set');
    expect(printed).toContain('Keep the previous keys');
  });

  it('writes everything anew, says so, and finds nothing to do the second time', async () => {
    const first = await rotate(newKey, testEncryptionKey);
    const second = await rotate(newKey, '');

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.printed).toContain('google_calendar_tokens.refresh_token: 1 written anew');
    expect(first.printed).toContain('may be removed');
    expect(second.printed).toContain('0 written anew, 1 had the current key already');
    const alone = createVault({ current: newKey });
    expect(alone.decrypt(await refreshToken(), userId)).toBe('1//kept');
    for (const { printed } of [first, second]) expect(printed).not.toContain('1//kept');
  });
});
