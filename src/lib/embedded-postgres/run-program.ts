import { execFile } from 'node:child_process';

/** The user and group a program runs as; undefined means as we do. */
export type Account = { uid: number; gid: number };

export type ProgramResult =
  | { ended: 'well'; output: string }
  | { ended: 'badly'; output: string; because: string };

/** What every program of ours is given: nothing of our own environment, which holds secrets and PG* variables. */
export const programEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Runs a program to its end, from `/` because the account may not be able to enter our own folder. Never throws. */
export function runProgram(
  file: string,
  args: readonly string[],
  account?: Account,
): Promise<ProgramResult> {
  const options = { ...account, cwd: '/', env: programEnvironment, maxBuffer: 4 * 1024 * 1024 };
  return new Promise((resolve) => {
    const settle = (error: Error | null, stdout: string, stderr: string) => {
      const output = `${stdout}${stderr}`.trim();
      resolve(
        error === null
          ? { ended: 'well', output }
          : { ended: 'badly', output, because: output === '' ? error.message : output },
      );
    };
    try {
      execFile(file, [...args], options, settle);
    } catch (error) {
      settle(error instanceof Error ? error : new Error('could not be run'), '', '');
    }
  });
}
