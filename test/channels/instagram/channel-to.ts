import type { Channel } from '../../../src/channels/channel.ts';
import { instagramChannel } from '../../../src/channels/instagram/adapter.ts';

/** An account of Instagram's own login, and the same by Facebook's. */
export const account = { accountId: '17841400000000001', accessToken: 'IGtoken' };
export const pageAccount = { accountId: '17841400000000001', accessToken: 'EAAtoken' };
export const customer = '17840000000000042';

/** The channel as it is, with Instagram's API and Facebook's at these addresses. */
export function channelTo(instagramGraphUrl: string, graphUrl = 'http://127.0.0.1:1'): Channel {
  return instagramChannel({ instagramGraphUrl, graphUrl, graphVersion: 'v25.0', timeoutMs: 5000 });
}
