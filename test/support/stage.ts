import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Posted } from '../../simulators/control/inbound.ts';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import type { Role } from '../../src/config/config.ts';
import type { Pool } from '../../src/lib/db.ts';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';
import { arrangeTenant, type Tenant } from './arrange.ts';
import { type RapportProcess, startProcess } from './rapport-process.ts';
import { createTestDatabase } from './test-database.ts';
import { startTestRedis, type TestRedis } from './test-redis.ts';
import { testEncryptionKey } from './test-vault.ts';

/** What a customer said to a tenant: each must be answered once in the end. */
export type Said = { customer: string; text: string };

/** A whole installation for one test file: its database, its providers, its queue, and processes to start. */
export type Stage = {
  owner: Pool;
  simulators: RunningSimulators;
  webhookUrl: string;
  redis: TestRedis | undefined;
  tenant(options?: Parameters<typeof arrangeTenant>[1]): Promise<Tenant>;
  /** A customer that nobody has used before, by phone number. */
  customer(): string;
  /** A customer writes a text; as Meta does, the simulator posts it again until it is answered 200. */
  write(tenant: Tenant, customer: string, text: string, more?: WriteOptions): Promise<Posted>;
  said(tenant: Tenant): Said[];
  /** Starts a process of rapport; what is given goes over the stage's own settings. */
  start(role: Role, env?: Record<string, string>): Promise<RapportProcess>;
  close(): Promise<void>;
};

type WriteOptions = Record<string, unknown>;

export const stageAppSecret = 'a-secret-of-the-stage';
const googleSecret = 'a-google-secret-of-the-stage';
const instagramAppSecret = 'an-instagram-secret-of-the-stage';

/** Short waits, so that what is taken up again is taken up soon. */
const quick = {
  REPLY_QUIET_MS: '100',
  // Longer than a crowded machine takes to answer: what is only slow is not to be sent again.
  SEND_SETTLE_MS: '4000',
  TURN_LEASE_MS: '2000',
  SWEEP_INTERVAL_MS: '300',
  LOG_LEVEL: 'info',
};

let customers = 0;

/** Opens a stage on a clone of the template database, or on the database that is given. */
export async function openStage(
  options: { env?: Record<string, string>; database?: StageDatabase } = {},
): Promise<Stage> {
  const database = options.database ?? (await createTestDatabase());
  const port = await freePort();
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/meta`;
  const simulators = await startSimulators({
    webhookUrl,
    appSecret: stageAppSecret,
    instagramAppSecret,
    googleClientSecret: googleSecret,
    sentAfterMs: 20,
    deliveredAfterMs: 60,
    readAfterMs: 120,
    redeliverAfterMs: 150,
    redeliverMaxMs: 600,
    redeliverTimes: 100,
  });
  const redis = process.env['TEST_QUEUE'] === 'redis' ? await startTestRedis() : undefined;
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-flow-'));
  const env = {
    ...quick,
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: database.ownerUrl,
    ENCRYPTION_KEY: testEncryptionKey,
    ADMIN_API_KEY: 'an-admin-key-of-tests',
    META_APP_SECRET: stageAppSecret,
    META_VERIFY_TOKEN: 'a-verify-token',
    META_GRAPH_URL: simulators.graphUrl,
    INSTAGRAM_APP_SECRET: instagramAppSecret,
    INSTAGRAM_GRAPH_URL: simulators.instagramGraphUrl,
    META_APP_ID: 'a-meta-app',
    META_OAUTH_URL: simulators.instagramConsentUrls.facebookConsentUrl,
    INSTAGRAM_APP_ID: 'an-instagram-app',
    INSTAGRAM_OAUTH_URL: simulators.instagramConsentUrls.instagramConsentUrl,
    INSTAGRAM_API_URL: simulators.instagramConsentUrls.instagramApiUrl,
    GOOGLE_CLIENT_ID: 'a-google-app',
    GOOGLE_CLIENT_SECRET: googleSecret,
    GOOGLE_API_URL: simulators.googleApiUrl,
    GOOGLE_TOKEN_URL: simulators.googleTokenUrl,
    GOOGLE_AUTH_URL: simulators.googleAuthUrl,
    OPENAI_BASE_URL: simulators.openaiBaseUrl,
    OPENAI_API_KEY: 'a-key',
    SMTP_URL: simulators.smtpUrl,
    SIMULATE: 'none',
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    ...options.env,
  };
  const processes: RapportProcess[] = [];
  const said = new Map<string, Said[]>();
  return {
    owner: database.owner,
    simulators,
    webhookUrl,
    redis,
    tenant: (wanted) => arrangeTenant(database.owner, wanted),
    customer: () => {
      customers += 1;
      return `5511${process.pid % 100_000}${String(customers).padStart(5, '0')}`.slice(0, 15);
    },
    write: (tenant, customer, text, more = {}) => {
      said.set(tenant.userId, [...(said.get(tenant.userId) ?? []), { customer, text }]);
      const from = { waId: customer, name: 'Ana' };
      return simulators.customerWrites({ phoneNumberId: tenant.accountId, from, text, ...more });
    },
    said: (tenant) => said.get(tenant.userId) ?? [],
    start: async (role, more = {}) => {
      const started = await startProcess(role, { ...env, ...more });
      processes.push(started);
      return started;
    },
    close: async () => {
      await Promise.all(processes.map((one) => one.kill()));
      await simulators.close();
      await redis?.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A database that a stage may use instead of a clone. */
export type StageDatabase = { ownerUrl: string; owner: Pool; drop(): Promise<void> };
