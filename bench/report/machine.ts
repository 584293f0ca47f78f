import { open, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { median } from './stats.ts';

/** What the figures were made on. */
export type Machine = {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  loadBefore: number;
  /** How long writing 8 KB and waiting for the disk takes. */
  diskSyncMs: number;
};

/** Describes this machine; `folder` lies on the disk that Postgres uses. */
export async function describeMachine(folder: string): Promise<Machine> {
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    loadBefore: os.loadavg()[0] ?? 0,
    diskSyncMs: await timeDiskSync(folder),
  };
}

async function timeDiskSync(folder: string): Promise<number> {
  const path = join(folder, 'disk-probe');
  const file = await open(path, 'w');
  const times: number[] = [];
  try {
    const page = Buffer.alloc(8_192, 1);
    for (let n = 0; n < 200; n += 1) {
      const startedAt = performance.now();
      await file.write(page, 0, page.length, n * page.length);
      await file.datasync();
      times.push(performance.now() - startedAt);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  return median(times);
}
