import { lockDataDir } from '../../src/lib/embedded-postgres/data-dir-lock.ts';

// Run by the tests as a process of its own: locks the folder at the given instant and tells how it went.
const [dataDir = '', startAtMs = '0'] = process.argv.slice(2);
while (Date.now() < Number(startAtMs)) {
  // Waits without a timer, so that all racers go in the same millisecond.
}
try {
  await lockDataDir(dataDir);
  process.stdout.write('held\n');
  setInterval(() => undefined, 60_000);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  process.stdout.write(`${String(code)}\n`);
}
