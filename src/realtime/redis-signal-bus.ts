import { Redis } from 'ioredis';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { SignalBus } from './signal-bus.ts';
import { createSignalHub, type SignalTransport } from './signal-hub.ts';

export type RedisSignalBusOptions = {
  redisUrl: string;
  processId: string;
  log: Log;
  /** Installations that share a Redis need one each. */
  channel?: string;
};

/** Hints over Redis pub/sub. While Redis is away hints are dropped, not kept. */
export function createRedisSignalBus(options: RedisSignalBusOptions): SignalBus {
  return createSignalHub({
    transport: pubSubTransport(options),
    processId: options.processId,
    onSendError: (error) => options.log.warn('signal not published', { error: errorText(error) }),
  });
}

function pubSubTransport(options: RedisSignalBusOptions): SignalTransport {
  const channel = options.channel ?? 'rapport:realtime';
  const open = (role: string): Redis => {
    const redis = new Redis(options.redisUrl, {
      connectionName: `rapport-realtime-${role}`,
      maxRetriesPerRequest: 1,
    });
    redis.on('error', (error) =>
      options.log.warn('realtime lost Redis', { role, error: errorText(error) }),
    );
    return redis;
  };
  const publisher = open('publisher');
  let subscriber: Redis | undefined;
  return {
    maxPacketBytes: 256 * 1024,
    async send(packets) {
      await Promise.all(packets.map((packet) => publisher.publish(channel, packet)));
    },
    listen(heard) {
      subscriber = open('subscriber');
      subscriber.on('message', (_channel, text) => heard.packet(text));
      subscribe(subscriber, channel, heard.maybeMissed);
    },
    async close() {
      publisher.disconnect();
      subscriber?.disconnect();
    },
  };
}

/** Subscribes on every connection, so that what was missed while there was none is looked for. */
function subscribe(subscriber: Redis, channel: string, subscribed: () => void): void {
  subscriber.on('ready', () => {
    // A connection lost in the meantime brings another 'ready'.
    subscriber.subscribe(channel).then(subscribed, () => {});
  });
}
