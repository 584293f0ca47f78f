import { z } from 'zod';
import { safeJson } from '../lib/safe-text.ts';
import type { Channel } from './channel.ts';
import type { InboundEvent, Platform } from './inbound-event.ts';
import { type InstagramOptions, instagramChannel } from './instagram/adapter.ts';
import { webchatChannel } from './webchat/adapter.ts';
import { type WhatsAppOptions, whatsappChannel } from './whatsapp/adapter.ts';

/** The channels of an installation. Nobody outside this folder knows which there are. */
export type Channels = {
  channelFor: (platform: Platform) => Channel;
  /** Reads the body of one of Meta's webhooks by the channel it names; never throws. */
  parseWebhook: (body: unknown) => InboundEvent[];
};

const Envelope = z.object({ object: z.string() });

/** Opens every channel. A new one is a line here. */
export function openChannels(options: WhatsAppOptions & InstagramOptions): Channels {
  const channels: Record<Platform, Channel> = {
    whatsapp: whatsappChannel(options),
    instagram: instagramChannel(options),
    webchat: webchatChannel(),
  };
  const byObject = new Map(
    Object.values(channels).flatMap((channel) =>
      channel.webhookObject === null ? [] : [[channel.webhookObject, channel] as const],
    ),
  );
  return {
    channelFor: (platform) => channels[platform],
    parseWebhook: (body) => {
      const envelope = Envelope.safeParse(body);
      const channel = envelope.success ? byObject.get(envelope.data.object) : undefined;
      if (channel !== undefined) return channel.parse(body);
      const reason = 'no channel has this kind of webhook';
      return [{ type: 'unknown', platform: 'unknown', reason, payload: safeJson(body) }];
    },
  };
}
