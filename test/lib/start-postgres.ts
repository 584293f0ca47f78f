import { startEmbeddedPostgres } from '../../src/lib/embedded-postgres.ts';

// Run by the tests as a process of its own: starts Postgres as its argument says and tells on stdout what happens.
const say = (event: Record<string, unknown>) => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

const { settings, ...options }: Parameters<typeof startEmbeddedPostgres>[0] = JSON.parse(
  process.argv[2] ?? '{}',
);
const startedAt = performance.now();
try {
  const postgres = await startEmbeddedPostgres({
    ...options,
    settings: { shared_buffers: '16MB', ...settings },
    log: (message) => say({ log: message }),
  });
  say({ url: postgres.url, tookMs: performance.now() - startedAt });
  const alive = setInterval(() => undefined, 60_000);
  process.on('SIGINT', () => undefined);
  process.on('SIGUSR2', () => process.exit(0));
  process.on('SIGTERM', () => {
    clearInterval(alive);
    void Promise.all([postgres.stop(), postgres.stop()]).then(() => say({ stopped: true }));
  });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  say({ failed: error instanceof Error ? error.message : 'not an error', code });
}
