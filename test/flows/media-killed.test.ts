import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pngSquare } from '../../simulators/meta/sample-files.ts';
import { messagesOf } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled } from '../support/expect-settled.ts';
import { holdRow } from '../support/hold-row.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-media-killed-'));
  stage = await openStage({ env: { DATA_DIR: dataDir } });
});
afterAll(async () => {
  await stage.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The files that the store has, whole ones only. */
async function kept(userId: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'media', userId), { recursive: true }).catch(() => []);
  return names.filter((name) => /att_[a-z0-9]+$/.test(name));
}

// Seen failing with a file claimed once only.
describe('a worker killed with -9 between storing a file and recording it', () => {
  it('loses nothing: another fetches it again to the same place', async () => {
    const [worker] = await Promise.all([stage.start('worker'), stage.start('server')]);
    const tenant = await stage.tenant({ settings: { quietMs: 6_000 } });
    const slow = { target: 'media', action: 'delay', delayMs: 1_000 };
    stage.simulators.addFault('whatsapp', slow);
    const media = { base64: pngSquare(6).toString('base64') };
    await stage.write(tenant, stage.customer(), 'hold on to it', { type: 'image', media });
    await eventually('it is being fetched', async () => {
      const { rowCount } = await stage.owner.query(
        'select from attachments where user_id = $1 and attempts = 1',
        [tenant.userId],
      );
      return rowCount === 1;
    });
    const held = await holdRow(stage.owner, 'attachments', tenant);
    await held.untilSomebodyWaits();
    expect(await kept(tenant.userId)).toHaveLength(1);

    await worker.kill();
    await held.endWhoWaits();
    await held.release();
    await stage.owner.query('update attachments set next_attempt_at = now() where user_id = $1', [
      tenant.userId,
    ]);
    await stage.start('worker');

    await expectSettled(stage, tenant);
    expect(await messagesOf(stage, tenant)).toMatchObject([
      { attachments: [{ status: 'stored', mimeType: 'image/png' }] },
      { text: expect.stringContaining('I see your picture.') },
    ]);
    expect(await kept(tenant.userId)).toHaveLength(1);
  }, 60_000);
});
