import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { NotifierKind } from '../../src/notifications/notifier.ts';
import {
  type SendDeps,
  sendNotification,
} from '../../src/notifications/sending/send-notification.ts';
import { arrangeTenant } from '../support/arrange.ts';
import {
  arrangeNotification,
  arrangeTarget,
  storedNotifications,
} from '../support/arrange-notifications.ts';
import { type NotifierScript, scriptedNotifier } from '../support/scripted-notifier.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let app: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());

/** Chance that is the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Dies, fails or succeeds at any moment; what arrives is counted. */
function unlucky(random: () => number, arrived: Map<string, number>, dead: () => void) {
  const die = () => {
    dead();
    return new Promise<never>(() => {});
  };
  const script: NotifierScript = async ({ notification }, handingOver) => {
    const luck = random();
    if (luck < 0.15) return die();
    if (luck < 0.3) return { outcome: 'retry', error: 'is away' };
    await handingOver();
    if (luck < 0.4) return die();
    if (luck < 0.5) return { outcome: 'retry', error: 'rate limited' };
    const id = notification.notificationId;
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
    if (luck < 0.65) return die();
    if (luck < 0.75) return { outcome: 'unknown', error: 'timeout' };
    return { outcome: 'sent' };
  };
  return script;
}

describe('notifications whose workers die at any moment', () => {
  // Seen failing with `wasHandedOver` ignored in beforeSending.
  it.each<[NotifierKind, number]>([
    ['slack', 1],
    ['email', 2],
    ['webhook', 3],
  ])('of kind %s all end, and nobody is told twice', async (kind, seed) => {
    const random = chance(seed);
    const { userId } = await arrangeTenant(database.owner);
    const targetId = await arrangeTarget(database.owner, userId, { kind, secret: 'whsec_x' });
    const refs = await Promise.all(
      Array.from({ length: 40 }, async () => ({
        userId,
        notificationId: await arrangeNotification(database.owner, { userId, targetId }),
      })),
    );
    const arrived = new Map<string, number>();

    /** One attempt at one notification by one worker, until it answers or is dead. */
    const work = (ref: (typeof refs)[number]) =>
      new Promise<void>((resolve, reject) => {
        const deps: SendDeps = {
          app,
          vault: testVault,
          newId,
          now: () => new Date(),
          random,
          notifiers: new Map([[kind, scriptedNotifier(unlucky(random, arrived, resolve), kind)]]),
          publicUrl: undefined,
          leaseMs: 60_000,
          publishLook: () => {},
          observeNotification: () => {},
          log: silentLog,
        };
        sendNotification(deps, ref).then(() => resolve(), reject);
      });
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(refs.flatMap((ref) => [work(ref), work(ref)]));
      await database.owner.query(
        `update notifications
            set lease_until = null, next_attempt_at = now() - interval '1 second'
          where user_id = $1 and status = 'pending'`,
        [userId],
      );
    }

    const stored = await storedNotifications(database.owner, userId);
    const ended = new Set(stored.map(({ status }) => status));
    expect(ended.has('pending')).toBe(false);
    expect(ended.has('sent')).toBe(true);
    for (const { notification_id: id, status } of stored) {
      const times = arrived.get(id) ?? 0;
      expect([id, status, times, isTrue(kind, status, times)]).toEqual([id, status, times, true]);
    }
  });
});

/** Whether what is written down of a notification fits how often it arrived. */
function isTrue(kind: NotifierKind, status: string, times: number): boolean {
  if (kind === 'webhook') return status !== 'sent' || times > 0;
  if (status === 'sent') return times === 1;
  return status === 'failed' ? times === 0 : times <= 1;
}
