import type { AccountProof, Channel, SendingAccount } from '../../src/channels/channel.ts';

/** A channel that proves access as it is told and fails on every other call. */
export function scriptedChannel(
  prove: (account: SendingAccount) => Promise<AccountProof> = unexpected,
  perCustomer = { burst: 45, intervalMs: 6_000 },
): Channel {
  return {
    platform: 'whatsapp',
    webhookObject: 'whatsapp_business_account',
    capabilities: {
      replyWindowMs: 86_400_000,
      personWindowMs: 86_400_000,
      hasTemplates: true,
      textSize: { limit: 4096, measure: ({ length }) => length, unit: 'characters' },
      linkButton: { maxText: 1024, maxLabel: 20 },
      files: { rules: [], isFetched: true },
      showsTyping: true,
      hasProfiles: false,
      streamsText: false,
      hasAccessToken: true,
      messagesPerSecond: 80,
      perCustomer,
    },
    parse: () => [],
    format: (markdown) => [markdown],
    send: unexpected,
    showReadAndTyping: unexpected,
    download: unexpected,
    profile: unexpected,
    proveAccess: prove,
    lookAfterToken: unexpected,
    consent: {
      logins: ['instagram', 'facebook'],
      url: unexpected,
      redeem: unexpected,
      subscribe: unexpected,
    },
  };
}

function unexpected(): never {
  throw new Error('the test did not expect this call to the provider');
}
