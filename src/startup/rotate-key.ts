import { z } from 'zod';
import { type Pool, rows } from '../lib/db.ts';
import { UndecipherableSecret, type Vault } from '../lib/encryption.ts';
import { asTenant } from '../lib/tenant.ts';

/** Where secrets are stored: `boundTo` is the column of the row's key, which they are bound to. */
export const secretColumns = [
  { table: 'phone_numbers', boundTo: 'id', column: 'access_token' },
  { table: 'notification_targets', boundTo: 'notification_target_id', column: 'address' },
  { table: 'notification_targets', boundTo: 'notification_target_id', column: 'secret' },
  { table: 'google_calendar_tokens', boundTo: 'user_id', column: 'access_token' },
  { table: 'google_calendar_tokens', boundTo: 'user_id', column: 'refresh_token' },
] as const;

type SecretColumn = (typeof secretColumns)[number];

/** What became of the secrets of a column. `changed` were stored by somebody else meanwhile: look again. */
type Rotated = { written: number; current: number; unreadable: number; changed: number };

/** How it ended; `isDone`: every secret that is stored can be read with the current key alone. */
export type Rotation = { isDone: boolean; unreadable: number };

const tenantsPerBatch = 200;
/** What is stored meanwhile by a process that still has the previous key is found by the next look. */
const maxLooks = 5;

export type RotateDeps = {
  /** Of rapport_app: the secrets of a tenant. */
  app: Pool;
  /** Of rapport_admin: which tenants there are. */
  admin: Pool;
  vault: Vault;
  say: (line: string) => void;
};

/**
 * Encrypts every stored secret with the current key, tenant by tenant and only over what was read, so that it can run
 * while others work, be killed, and be run again. What no known key opens is left as it is and counted.
 */
export async function rotateKey(deps: RotateDeps): Promise<Rotation> {
  const done: Rotation = { isDone: true, unreadable: 0 };
  for (const place of secretColumns) {
    const { written, current, unreadable, changed } = await rotateColumn(deps, place);
    done.unreadable += unreadable;
    done.isDone &&= unreadable === 0 && changed === 0;
    const lost = unreadable === 0 ? '' : `, ${unreadable} cannot be read with any key that is set`;
    deps.say(
      `${place.table}.${place.column}: ${written} written anew, ${current} had the current key already${lost}`,
    );
  }
  deps.say(done.isDone ? farewell : stay);
  return done;
}

const farewell = `Every secret is stored with the current key. A process that was started before may still store with another:
once all run with this key, run this again. Eight days after that the previous keys may be removed from
ENCRYPTION_KEY_PREVIOUS, and not before: until then late messages of people who were erased are known by them.`;

const stay = `Keep the previous keys: something is stored that the current key does not open. Add the key it was stored with
to ENCRYPTION_KEY_PREVIOUS, or set the secret again, and run this again.`;

async function rotateColumn(deps: RotateDeps, place: SecretColumn): Promise<Rotated> {
  const first = await lookThrough(deps, place);
  let total = first;
  for (let look = 1; look < maxLooks && total.changed > 0; look += 1) {
    const next = await lookThrough(deps, place);
    total = { ...next, written: total.written + next.written, current: first.current };
  }
  return total;
}

const Tenant = z.object({ userId: z.string() });

async function lookThrough(deps: RotateDeps, place: SecretColumn): Promise<Rotated> {
  const done: Rotated = { written: 0, current: 0, unreadable: 0, changed: 0 };
  let after = '';
  for (;;) {
    const tenants = await rows(
      deps.admin,
      Tenant,
      'select user_id as "userId" from users where user_id > $1 order by user_id limit $2',
      [after, tenantsPerBatch],
    );
    for (const { userId } of tenants) {
      for (const became of await rotateTenant(deps, place, userId)) done[became] += 1;
    }
    const last = tenants.at(-1);
    if (last === undefined) return done;
    after = last.userId;
  }
}

const Secret = z.object({ id: z.string(), ciphertext: z.string() });

function rotateTenant(
  { app, vault }: RotateDeps,
  { table, boundTo, column }: SecretColumn,
  userId: string,
): Promise<(keyof Rotated)[]> {
  return asTenant(app, userId, async (tx) => {
    const secrets = await rows(
      tx,
      Secret,
      `select ${boundTo} as id, ${column} as ciphertext
         from ${table}
        where user_id = $1 and ${column} is not null`,
      [userId],
    );
    const all: (keyof Rotated)[] = [];
    for (const { id, ciphertext } of secrets) {
      const anew = writtenAnew(vault, ciphertext, id);
      if (typeof anew === 'string') all.push(anew);
      else {
        const { rowCount } = await tx.query(
          `update ${table} set ${column} = $4
            where user_id = $1 and ${boundTo} = $2 and ${column} = $3`,
          [userId, id, ciphertext, anew.ciphertext],
        );
        all.push(rowCount === 0 ? 'changed' : 'written');
      }
    }
    return all;
  });
}

function writtenAnew(
  vault: Vault,
  ciphertext: string,
  boundTo: string,
): { ciphertext: string } | 'current' | 'unreadable' {
  try {
    const secret = vault.decrypt(ciphertext, boundTo);
    if (vault.isCurrent(ciphertext)) return 'current';
    return { ciphertext: vault.encrypt(secret, boundTo) };
  } catch (error) {
    if (error instanceof UndecipherableSecret) return 'unreadable';
    throw error;
  }
}
