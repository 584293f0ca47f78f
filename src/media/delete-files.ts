import { z } from 'zod';
import type { Enqueue } from '../jobs/catalog.ts';
import { backoffMs } from '../lib/clock.ts';
import { type Pool, rows } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { asTenant, queryAsTenants } from '../lib/tenant.ts';
import { inTurns } from '../notifications/in-turns.ts';
import type { MediaStore } from './media-store.ts';

const OwedDeletion = z.object({ userId: z.string(), storageKey: z.string() });

/** A file that is to go. */
export type OwedDeletion = z.infer<typeof OwedDeletion>;

const Claimed = OwedDeletion.extend({ attempts: z.number() });

export type DeleteDeps = {
  app: Pool;
  store: MediaStore;
  /** How long what is being deleted is left to whoever does it. */
  leaseMs: number;
  random: () => number;
  log: Log;
};

const atOnce = 8;

/**
 * Deletes files that are due to go. What is owed is forgotten only after its file is gone, and deleting twice does no
 * harm: a process that dies in between leaves the rest to the next.
 */
export async function deleteFiles(deps: DeleteDeps, wanted: OwedDeletion[]): Promise<void> {
  await inTurns(await claim(deps, wanted), { atOnce }, (owed) => deleteOne(deps, owed));
}

async function claim(
  { app, leaseMs }: DeleteDeps,
  wanted: OwedDeletion[],
): Promise<z.infer<typeof Claimed>[]> {
  const claimed = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_media_deletions',
      text: `update media_deletions d
                set attempts = d.attempts + 1,
                    due_at = now() + make_interval(secs => $3 / 1000.0)
               from unnest($1::text[], $2::text[]) as w (user_id, storage_key)
              where d.storage_key = w.storage_key and d.user_id = w.user_id and d.due_at <= now()
             returning d.user_id as "userId", d.storage_key as "storageKey", d.attempts`,
      values: [
        wanted.map(({ userId }) => userId),
        wanted.map(({ storageKey }) => storageKey),
        leaseMs,
      ],
    },
  );
  return claimed.map((row) => Claimed.parse(row));
}

async function deleteOne(
  { app, store, random, log }: DeleteDeps,
  { userId, storageKey, attempts }: z.infer<typeof Claimed>,
): Promise<void> {
  try {
    await store.delete(storageKey);
    await asTenant(app, userId, (tx) =>
      tx.query('delete from media_deletions where user_id = $1 and storage_key = $2', [
        userId,
        storageKey,
      ]),
    );
  } catch (error) {
    log.warn('a file could not be deleted; it is tried again', {
      storageKey,
      attempts,
      error: errorText(error),
    });
    const waitMs = backoffMs({ attempt: attempts, baseMs: 2_000, maxMs: 600_000, random });
    await asTenant(app, userId, (tx) =>
      tx.query(
        `update media_deletions set due_at = now() + make_interval(secs => $3 / 1000.0)
          where user_id = $1 and storage_key = $2`,
        [userId, storageKey, waitMs],
      ),
    );
  }
}

const perSweep = 500;

/** Finds the files of all tenants that are due to go, and hints at them. */
export async function sweepFileDeletions(deps: { sweeper: Pool; enqueue: Enqueue }): Promise<void> {
  const due = await rows(
    deps.sweeper,
    OwedDeletion,
    `select user_id as "userId", storage_key as "storageKey"
       from media_deletions where due_at <= now() order by due_at limit $1`,
    [perSweep],
  );
  if (due.length > 0) await deps.enqueue('media.delete', { items: due });
}

/** Says after a commit which files of a tenant are to go. Never throws: what is lost, the sweep finds. */
export async function hintFileDeletions(
  deps: { app: Pool; enqueue: Enqueue; log: Log },
  userId: string,
): Promise<void> {
  try {
    const due = await asTenant(deps.app, userId, (tx) =>
      rows(
        tx,
        OwedDeletion,
        `select user_id as "userId", storage_key as "storageKey"
           from media_deletions where user_id = $1 and due_at <= now() order by due_at limit $2`,
        [userId, perSweep],
      ),
    );
    if (due.length > 0) await deps.enqueue('media.delete', { items: due });
  } catch (error) {
    deps.log.warn('a hint was lost; the sweep will find the work', {
      job: 'media.delete',
      error: errorText(error),
    });
  }
}
