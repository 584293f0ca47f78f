import { describe, expect, it } from '@jest/globals';
import { openChannels } from '../../src/channels/open-channels.ts';

const channels = openChannels({
  graphUrl: 'http://127.0.0.1:1',
  instagramGraphUrl: 'http://127.0.0.1:2',
  graphVersion: 'v25.0',
  timeoutMs: 1_000,
});

describe('openChannels', () => {
  it('reads a webhook by the channel it names', () => {
    const body = { object: 'whatsapp_business_account', entry: [] };

    expect(channels.parseWebhook(body)).toMatchObject([
      { type: 'unknown', platform: 'whatsapp', reason: 'no entries' },
    ]);
  });

  it('keeps a webhook that no channel knows, in a form that can be stored', () => {
    for (const body of [{ object: 'page', text: 'a\u0000b' }, null, 'text', [1]]) {
      const [event] = channels.parseWebhook(body);

      expect(event).toMatchObject({ type: 'unknown', platform: 'unknown' });
      expect(JSON.stringify(event)).not.toContain('\\u0000');
    }
  });

  it('has a channel of its own for every platform', () => {
    const platforms = ['whatsapp', 'instagram', 'webchat'] as const;

    expect(platforms.map((one) => channels.channelFor(one).platform)).toEqual(platforms);
  });
});
