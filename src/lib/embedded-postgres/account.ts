import { stat } from 'node:fs/promises';
import { PermanentError } from '../errors.ts';
import { type Account, runProgram } from './run-program.ts';

/** We are root, Postgres refuses to run as root, and there is no user it could run as. */
export class NoPostgresAccount extends PermanentError {
  override readonly code = 'postgres.no_account';
}

/** The data folder belongs to another user, and only root could run Postgres as that one. */
export class DataOfAnotherUser extends PermanentError {
  override readonly code = 'postgres.data_of_another_user';
}

/** As whom Postgres runs: as we do (undefined), or, when we are root, as the owner of the data or the user `postgres`. */
export async function postgresAccount(cluster: string): Promise<Account | undefined> {
  const ownUid = process.getuid?.();
  const data = await stat(cluster).catch(() => undefined);
  if (ownUid === undefined) return undefined;
  if (ownUid !== 0) {
    if (data === undefined || data.uid === ownUid) return undefined;
    throw new DataOfAnotherUser(
      `${cluster} belongs to user ${data.uid} and we are user ${ownUid}: start as that user, as root, or with another DATA_DIR`,
    );
  }
  if (data !== undefined && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  return (await namedAccount('postgres')) ?? (await namedAccount('_postgres')) ?? madeAccount();
}

async function namedAccount(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([
    runProgram('id', ['-u', name]),
    runProgram('id', ['-g', name]),
  ]);
  if (uid.ended === 'badly' || gid.ended === 'badly') return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function madeAccount(): Promise<Account> {
  await runProgram('groupadd', ['--system', 'postgres']);
  const made = await runProgram('useradd', [
    ...['--system', '--gid', 'postgres', '--no-create-home'],
    ...['--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres'],
  ]);
  const account = await namedAccount('postgres');
  if (account !== undefined) return account;
  throw new NoPostgresAccount(
    `PostgreSQL does not run as root, and the user "postgres" is missing and could not be made (${made.ended === 'badly' ? made.because : 'unknown reason'}). Make that user, start as an ordinary user, or set DATABASE_URL.`,
  );
}
