import { instagramPhone } from './instagram-phone.js';
import { whatsappPhone } from './whatsapp-phone.js';

const kinds = { whatsapp: whatsappPhone, instagram: instagramPhone };

/** The customer's phone on each channel that has one, while its provider is simulated; by the channel's name. */
export function connectPhones({ demo, api, onCall }) {
  const { simulatorUrl, simulated, channels } = demo;
  if (simulatorUrl === null) return {};
  const there = channels.filter(
    ({ platform }) => kinds[platform] !== undefined && simulated.includes(platform),
  );
  return Object.fromEntries(
    there.map((channel) => [
      channel.platform,
      kinds[channel.platform]({ simulatorUrl, channel, api, onCall }),
    ]),
  );
}
