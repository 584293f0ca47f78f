import { readFile } from 'node:fs/promises';
import { runProgram } from './run-program.ts';

/** Tells a process from a later one that was given the same pid; undefined when it has ended, reaped or not. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return startTimeFromPs(pid);
  const status = await processStatus(pid);
  if (status === undefined) return undefined;
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${bootId.trim()}/${status.startTicks}`;
}

/** What /proc says of a process on Linux; undefined when it has ended. */
export async function processStatus(
  pid: number,
): Promise<{ parentPid: number; startTicks: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid] = fields;
  const startTicks = fields[19];
  if (parentPid === undefined || startTicks === undefined) return undefined;
  // In a container without an init nobody reaps what was killed: a zombie holds nothing any more.
  if (state === 'Z' || state === 'X') return undefined;
  return { parentPid: Number(parentPid), startTicks };
}

async function startTimeFromPs(pid: number): Promise<string | undefined> {
  const ps = await runProgram('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return ps.ended === 'well' && ps.output !== '' ? ps.output : undefined;
}
