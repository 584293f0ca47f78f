import { readdir, readFile } from 'node:fs/promises';

/** CPU seconds by the name of who used them. */
export type CpuSeconds = Record<string, number>;

/** Who to ask for CPU time; `withChildren` adds a process's children, as Postgres needs. */
export type CpuUser = { name: string; pid: number; withChildren?: boolean };

const ticksPerSecond = 100;

/** CPU used so far; empty where there is no /proc. */
export async function readCpu(users: CpuUser[]): Promise<CpuSeconds> {
  const used: CpuSeconds = {};
  for (const user of users) {
    used[user.name] = (used[user.name] ?? 0) + (await secondsOf(user));
  }
  return used;
}

/** What was used between two readings. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]),
  );
}

async function secondsOf({ pid, withChildren }: CpuUser): Promise<number> {
  const own = await readStat(pid);
  if (own === undefined) return 0;
  if (withChildren !== true) return own.usedTicks / ticksPerSecond;
  let ticks = own.usedTicks + own.reapedTicks;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readStat(Number(entry));
    if (stat?.parent === pid) ticks += stat.usedTicks;
  }
  return ticks / ticksPerSecond;
}

async function readStat(
  pid: number,
): Promise<{ parent: number; usedTicks: number; reapedTicks: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name, in parentheses, may hold spaces; the fields after it do not.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields.slice(11, 15);
  return { parent, usedTicks: user + system, reapedTicks: reapedUser + reapedSystem };
}
