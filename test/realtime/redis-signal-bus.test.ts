import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { silentLog } from '../../src/lib/log.ts';
import { createRedisSignalBus } from '../../src/realtime/redis-signal-bus.ts';
import type { SignalBus } from '../../src/realtime/signal-bus.ts';
import { startTestRedis, type TestRedis } from '../support/test-redis.ts';
import { heardFrom, hears } from './two-buses.ts';

// Runs where there is a `redis-server`: `npm run test:redis`.
const describeWithRedis = process.env['TEST_QUEUE'] === 'redis' ? describe : describe.skip;
let redis: TestRedis;
const channel = `rapport:test:${randomUUID()}`;
const buses: SignalBus[] = [];

function openBus(processId: string): SignalBus {
  const bus = createRedisSignalBus({
    redisUrl: redis.url,
    processId,
    log: silentLog,
    channel,
  });
  buses.push(bus);
  return bus;
}

beforeAll(async () => {
  if (process.env['TEST_QUEUE'] === 'redis') redis = await startTestRedis();
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await redis?.stop();
});

describeWithRedis('createRedisSignalBus', () => {
  it('carries looks and transients to another process', async () => {
    const [here, there] = [openBus('here'), openBus('there')];
    const heard = heardFrom(there);
    await hears(heard, here);
    const looksBefore = heard.looks;

    here.publishLook();
    while (heard.looks === looksBefore) await pause(5);

    expect(heard.transients[0]).toMatchObject({ userId: 'usr_1', kind: 'typing' });
  });

  it('hears again after the connection was lost, and says that something may have been missed', async () => {
    const [here, there] = [openBus('h2'), openBus('t2')];
    const heard = heardFrom(there);
    await hears(heard, here);
    const looksBefore = heard.looks;

    const control = new Redis(redis.url);
    await control.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    control.disconnect();
    while (heard.looks === looksBefore) await pause(10);
    heard.transients.length = 0;
    await hears(heard, here);

    expect(heard.transients.length).toBeGreaterThan(0);
  });
});
