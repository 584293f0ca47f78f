import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadConfiguration, type Config } from '../config/config.ts';
import { startEmbeddedPostgres } from '../lib/embedded-postgres.ts';
import { createVault, type Vault } from '../lib/encryption.ts';
import { errorCode } from '../lib/error-code.ts';

/** What a process stands on: its database, its secrets. `stop` ends what was started for it. */
export type Installation = {
  ownerUrl: string;
  isEmbedded: boolean;
  vault: Vault;
  adminApiKey: string;
  stop(): Promise<void>;
};

/**
 * Finds the database and the secrets: those of the environment, or an embedded Postgres and secrets that
 * are made once and kept in DATA_DIR. Throws BadConfiguration, or DataDirInUse from the embedded Postgres.
 */
export async function openInstallation(
  config: Config,
  say: (line: string) => void,
): Promise<Installation> {
  if (config.databaseUrl !== undefined) return openWithDatabase(config, config.databaseUrl);
  await mkdir(config.dataDir, { recursive: true });
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log: say });
  return {
    ownerUrl: postgres.url,
    isEmbedded: true,
    vault: openVault(
      config,
      config.encryptionKey ?? (await keptSecret(config.dataDir, 'encryption-key')),
    ),
    adminApiKey: config.adminApiKey ?? (await keptSecret(config.dataDir, 'admin-api-key')),
    stop: () => postgres.stop(),
  };
}

function openWithDatabase(config: Config, databaseUrl: string): Installation {
  const missing = [
    ...(config.encryptionKey === undefined
      ? ['  ENCRYPTION_KEY: is needed with DATABASE_URL (make one: openssl rand -base64 32)']
      : []),
    ...(config.adminApiKey === undefined
      ? ['  ADMIN_API_KEY: is needed with DATABASE_URL (make one: openssl rand -hex 32)']
      : []),
  ];
  if (config.encryptionKey === undefined || config.adminApiKey === undefined) {
    throw new BadConfiguration(
      `rapport cannot start with these settings (.env.example explains each):\n${missing.join('\n')}`,
    );
  }
  return {
    ownerUrl: databaseUrl,
    isEmbedded: false,
    vault: openVault(config, config.encryptionKey),
    adminApiKey: config.adminApiKey,
    stop: async () => {},
  };
}

function openVault({ previousEncryptionKeys }: Config, current: string): Vault {
  const bytesOf = (key: string): Buffer => Buffer.from(key, 'base64');
  return createVault({ current: bytesOf(current), previous: previousEncryptionKeys.map(bytesOf) });
}

async function keptSecret(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, name);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const secret = randomBytes(32).toString('base64');
    await writeFile(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(path, 0o600);
    return secret;
  }
}
