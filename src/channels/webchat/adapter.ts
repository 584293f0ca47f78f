import { safeJson } from '../../lib/safe-text.ts';
import type { Channel, ChannelCapabilities } from '../channel.ts';
import { ChannelRefused } from '../channel-errors.ts';
import { megabytes } from '../file-rules.ts';
import { splitText } from '../split-text.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * Our own channel: no provider limits it. A visitor who comes back after a year finds what was written meanwhile.
 */
const capabilities: ChannelCapabilities = {
  replyWindowMs: 10 * YEAR_MS,
  personWindowMs: 10 * YEAR_MS,
  hasTemplates: false,
  textSize: { limit: 12_000, measure: ({ length }) => length, unit: 'characters' },
  linkButton: { maxText: 12_000, maxLabel: 40 },
  files: {
    rules: [{ kind: 'document', types: null, maxBytes: megabytes(100), maxCaption: 12_000 }],
    // The visitor's page does, wherever it reaches us.
    isFetched: false,
  },
  // Whoever follows the conversation sees it by the realtime events; nobody else has to be told.
  showsTyping: false,
  hasProfiles: false,
  streamsText: true,
  hasAccessToken: false,
  messagesPerSecond: 1_000,
  perCustomer: { burst: 100, intervalMs: 10 },
};

/**
 * The chat on the business's own pages. A message has reached the visitor's side as soon as it is stored: whoever is
 * there is told of it, whoever comes back reads it. How far it was read the visitor's page says.
 */
export function webchatChannel(): Channel {
  return {
    platform: 'webchat',
    webhookObject: null,
    capabilities,
    parse: (body) => [
      {
        type: 'unknown',
        platform: 'webchat',
        reason: 'the web chat has no webhooks',
        payload: safeJson(body),
      },
    ],
    // The page shows Markdown as it is.
    format: (markdown) => splitText(markdown.trim(), capabilities.textSize),
    send: async (_account, _to, _message, reference) => ({
      outcome: 'accepted',
      providerMessageId: reference,
    }),
    showReadAndTyping: async () => {},
    download: async () => {
      throw new ChannelRefused({
        code: 0,
        text: 'files of the web chat are stored when they come',
      });
    },
    profile: async () => ({}),
    proveAccess: async () => ({ hasAccess: true }),
    lookAfterToken: async () => ({ token: 'good' }),
    consent: null,
  };
}
