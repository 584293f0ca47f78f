import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from './program.ts';

/** The processes in which rapport runs. */
export type ProductRole = 'all' | 'server' | 'worker';

export type ProductOptions = {
  roles: ProductRole[];
  port: number;
  databaseUrl: string;
  redisUrl?: string | undefined;
  dataDir: string;
  appSecret: string;
  encryptionKey: string;
  graphUrl: string;
  openaiBaseUrl: string;
  /** Flags of node for a role, such as a profiler. */
  nodeFlags?: string[];
};

/** rapport as its users run it, one process for each role. */
export type Product = { programs: { role: ProductRole; pid: number }[]; stop(): Promise<void> };

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** As the scripts of package.json start them. */
const flagsOf: Record<ProductRole, string[]> = {
  all: [],
  server: [],
  worker: ['--max-semi-space-size=1'],
};

/** Starts rapport against the bench's Postgres and simulators; ready when every process says so. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const started: { role: ProductRole; program: Program }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(({ program }) => program.stop()));
  };
  try {
    for (const role of options.roles) {
      started.push({ role, program: await startRole(options, role) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { programs: started.map(({ role, program }) => ({ role, pid: program.pid })), stop };
}

function startRole(options: ProductOptions, role: ProductRole): Promise<Program> {
  return startProgram({
    name: `rapport ${role}`,
    command: process.execPath,
    args: ['--no-warnings', ...flagsOf[role], ...(options.nodeFlags ?? []), main, role],
    env: {
      NODE_ENV: 'production',
      PORT: String(options.port),
      HOST: '127.0.0.1',
      PUBLIC_URL: '',
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: options.redisUrl ?? '',
      DATA_DIR: options.dataDir,
      LOG_LEVEL: 'warn',
      ENCRYPTION_KEY: options.encryptionKey,
      ADMIN_API_KEY: 'bench-admin-api-key',
      META_APP_SECRET: options.appSecret,
      META_GRAPH_URL: options.graphUrl,
      OPENAI_API_KEY: 'bench',
      OPENAI_BASE_URL: options.openaiBaseUrl,
      SIMULATE: 'none',
      REPLY_QUIET_MS: '0',
    },
    isReady: (output) =>
      role === 'worker' ? output.includes('rapport worker is working') : answersReady(options.port),
  });
}

async function answersReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  return answer?.status === 200;
}
