import { mkdir } from 'node:fs/promises';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';
import { createVault, type Vault } from '../../src/lib/encryption.ts';
import { type HelperProcess, startHelper } from '../children/helper-process.ts';
import { Counters, type LoadProcess, loadProcess, Nothing, ProviderUrls } from './helpers.ts';
import { type BenchPostgres, startBenchPostgres, withOwner } from './postgres.ts';
import { type Product, type ProductRole, startProduct } from './product.ts';
import { arrangeTenants, type BenchPlatform, type BenchTenant } from './tenants.ts';

/** Everything that the measures share: Postgres, the simulators and the load, each a process of its own. */
export type Stage = {
  postgres: BenchPostgres;
  vault: Vault;
  simulators: HelperProcess;
  load: LoadProcess;
  counters(): Promise<Counters>;
  /** Tells the simulators whom to send statuses to, and how the model is. */
  configure(settings: {
    port: number;
    statuses: boolean;
    modelLatencyMs?: number;
    /** Between two words of an answer that is streamed. */
    streamDeltaMs?: number;
  }): Promise<void>;
  createDatabase(platform?: BenchPlatform): Promise<BenchDatabase>;
  startProduct(options: {
    roles: ProductRole[];
    database: BenchDatabase;
    redisUrl?: string | undefined;
    nodeFlags?: string[];
    /** Any free one otherwise. */
    port?: number;
  }): Promise<Listener & { product: Product }>;
  startFloor(file: string, database: BenchDatabase): Promise<Listener>;
  close(): Promise<void>;
};

/** A database with tenants. */
export type BenchDatabase = { url: string; tenants: BenchTenant[] };

/** Something that takes webhooks on a port, and the processes it is made of. */
export type Listener = {
  port: number;
  processes: { name: string; pid: number }[];
  stop(): Promise<void>;
};

export const appSecret = 'bench-app-secret';
const encryptionKey = Buffer.alloc(32, 11).toString('base64');
/** More connections make the floor no faster: tried 10, 20, 32, 64. */
const floorPoolSize = 20;

/** Starts what all measures share, in a folder under the checkout's `.data`. */
export async function openStage(options: {
  parentDir: string;
  tenants: number;
  postgresSettings?: Record<string, string>;
}): Promise<Stage> {
  await mkdir(options.parentDir, { recursive: true });
  const vault = createVault({ current: Buffer.from(encryptionKey, 'base64') });
  const postgres = await startBenchPostgres(
    options.parentDir,
    vault,
    options.postgresSettings ?? {},
  );
  const simulators = startHelper('children/simulators-process.ts');
  const loadHelper = startHelper('load/load-process.ts');
  simulators.onNote((note, value) => loadHelper.tell(note, value));
  const urls = await simulators.ask('start', { appSecret }, ProviderUrls);
  return {
    postgres,
    vault,
    simulators,
    load: loadProcess(loadHelper),
    counters: () => simulators.ask('counters', null, Counters),
    async configure({ port, statuses, modelLatencyMs = 0, streamDeltaMs = 0 }) {
      const webhookUrl = `http://127.0.0.1:${port}/webhooks/meta`;
      const settings = { webhookUrl, statuses, modelLatencyMs, streamDeltaMs };
      await simulators.ask('configure', settings, Nothing);
    },
    async createDatabase(platform = 'whatsapp') {
      const url = await postgres.createDatabase();
      const tenants = await withOwner(url, (owner) =>
        arrangeTenants(owner, vault, { count: options.tenants, platform }),
      );
      return { url, tenants };
    },
    async startProduct({ roles, database, redisUrl, nodeFlags = [], port: wanted }) {
      const port = wanted ?? (await freePort());
      const product = await startProduct({
        roles,
        port,
        databaseUrl: database.url,
        redisUrl,
        dataDir: postgres.dataDir,
        appSecret,
        encryptionKey,
        nodeFlags,
        ...urls,
      });
      const processes = product.programs.map(({ role, pid }) => ({ name: `rapport ${role}`, pid }));
      return { port, product, processes, stop: () => product.stop() };
    },
    async startFloor(file, database) {
      const port = await freePort();
      const floor = startHelper(`floor/${file}`);
      const settings = {
        port,
        databaseUrl: database.url,
        appSecret,
        poolSize: floorPoolSize,
        ...urls,
      };
      await floor.ask('start', settings, Nothing);
      return { port, processes: [{ name: 'floor', pid: floor.pid }], stop: () => floor.stop() };
    },
    async close() {
      await Promise.all([simulators.stop(), loadHelper.stop()]);
      await postgres.stop();
    },
  };
}
