import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClamdScanner } from '../../../src/media/intake/clamd-scanner.ts';
import { eicar, type FakeClamd, startFakeClamd } from './fake-clamd.ts';

const open: FakeClamd[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function clamd(options: Parameters<typeof startFakeClamd>[0] = {}): Promise<FakeClamd> {
  const started = await startFakeClamd(options);
  open.push(started);
  return started;
}

const scannerAt = (url: string) => createClamdScanner({ url, timeoutMs: 300 });
const scannerOf = ({ port }: FakeClamd) => scannerAt(`tcp://127.0.0.1:${port}`);

describe('the clamd scanner', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 500_000])(
    'shows it the whole file, of %i bytes, and believes it',
    async (size) => {
      const one = await clamd();
      const file = randomBytes(size);

      expect(await scannerOf(one).scan(file)).toBe('clean');
      expect(one.scanned.map((seen) => seen.equals(file))).toEqual([true]);
    },
  );

  it('tells what was found', async () => {
    expect(await scannerOf(await clamd()).scan(Buffer.from(`a${eicar}`))).toBe('infected');
  });

  it('reaches it by a socket in the file system too', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'clamd-')), 'clamd.ctl');
    await clamd({ path });

    expect(await scannerAt(`unix:${path}`).scan(Buffer.from(eicar))).toBe('infected');
  });

  // Seen failing with what was answered forgotten once the connection breaks.
  it('knows a file that clamd does not look at, which hangs up halfway', async () => {
    const one = await clamd({ maxBytes: 100_000 });

    expect(await scannerOf(one).scan(randomBytes(20_000_000))).toBe('too_large');
  });

  // Seen failing with every answer that is not FOUND taken for clean.
  it.each([
    ['is not there', async () => 'tcp://127.0.0.1:1'],
    ['has no socket', async () => 'unix:/nowhere/clamd.ctl'],
    ['says nothing at all', async () => `tcp://127.0.0.1:${(await clamd({ says: '' })).port}`],
    ['says nothing sensible', async () => `tcp://127.0.0.1:${(await clamd({ says: 'eh?' })).port}`],
    [
      'has lost its database',
      async () => {
        const { port } = await clamd({ says: 'stream: Can not open database ERROR' });
        return `tcp://127.0.0.1:${port}`;
      },
    ],
  ])('lets nothing pass while it %s', async (_, url) => {
    const scan = scannerAt(await url()).scan(Buffer.from('a file'));

    await expect(scan).rejects.toMatchObject({ code: 'media.scanner_unavailable', status: 503 });
  });
});
