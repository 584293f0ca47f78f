import { rm } from 'node:fs/promises';

/** Stops the tests' Postgres and removes its folder. */
async function globalTeardown(): Promise<void> {
  const { rapportTestPostgres } = globalThis as unknown as {
    rapportTestPostgres: { postgres: { stop(): Promise<void> }; dataDir: string };
  };
  await rapportTestPostgres.postgres.stop();
  await rm(rapportTestPostgres.dataDir, { recursive: true, force: true });
}

export { globalTeardown as default };
