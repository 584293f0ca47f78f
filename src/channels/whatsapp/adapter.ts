import { z } from 'zod';
import { cutText } from '../../lib/safe-text.ts';
import type { AccountProof, Channel, ChannelCapabilities, SendingAccount } from '../channel.ts';
import { ChannelRefused, ChannelUnavailable } from '../channel-errors.ts';
import { OptionalText } from '../fields.ts';
import { type GraphAnswer, type GraphHttp, graphHttp } from '../graph-http.ts';
import { lookByProof } from '../look-by-proof.ts';
import { splitText } from '../split-text.ts';
import { downloadMedia } from './download.ts';
import { classifyGraphError } from './errors.ts';
import { whatsappFiles } from './files.ts';
import { toWhatsAppText } from './format.ts';
import { parseWhatsApp } from './parse.ts';
import { noSuchAddress, sendBody, sendOutcome } from './send.ts';

export type WhatsAppOptions = {
  /** `https://graph.facebook.com`, or a simulator's. */
  graphUrl: string;
  /** `v25.0`, for example. */
  graphVersion: string;
  /** How long one call to Graph may take as a whole. */
  timeoutMs: number;
  /** Connections to Graph at once; calls beyond wait for one. */
  maxSockets?: number;
};

const textSize = { limit: 4096, measure: (text: string) => text.length, unit: 'characters' };

/**
 * providers.md section 2: a day to answer in, buttons of 20 characters below texts of 1024, 80 messages a second,
 * one each 6 s to a customer with 45 in advance.
 */
const capabilities: ChannelCapabilities = {
  replyWindowMs: 24 * 60 * 60 * 1000,
  personWindowMs: 24 * 60 * 60 * 1000,
  hasTemplates: true,
  textSize,
  linkButton: { maxText: 1024, maxLabel: 20 },
  files: whatsappFiles,
  showsTyping: true,
  hasProfiles: false,
  streamsText: false,
  hasAccessToken: true,
  messagesPerSecond: 80,
  perCustomer: { burst: 45, intervalMs: 6000 },
};

const PhoneNumber = z.object({
  id: OptionalText,
  display_phone_number: OptionalText,
  verified_name: OptionalText,
});

/** WhatsApp's Cloud API. */
export function whatsappChannel(options: WhatsAppOptions): Channel {
  const http = graphHttp(options);
  const root = `${options.graphUrl.replace(/\/+$/, '')}/${options.graphVersion}`;
  const address = (id: string, rest = '') => `${root}/${encodeURIComponent(id)}${rest}`;
  const profileOf = ({ accountId }: SendingAccount) =>
    address(accountId, '?fields=display_phone_number,verified_name');
  return {
    platform: 'whatsapp',
    webhookObject: 'whatsapp_business_account',
    capabilities,
    parse: parseWhatsApp,
    format: (markdown) => splitText(toWhatsAppText(markdown), textSize),
    send: async (account, to, message, reference) => {
      const body = sendBody(to, message, reference);
      return body === undefined
        ? noSuchAddress
        : sendOutcome(await post(http, address(account.accountId, '/messages'), account, body));
    },
    showReadAndTyping: (account, { providerMessageId }) =>
      showReadAndTyping(http, address(account.accountId, '/messages'), account, providerMessageId),
    download: (account, media, maxBytes) =>
      downloadMedia(http, {
        media,
        addressOfMedia: (id) => address(id),
        graphUrl: options.graphUrl,
        accessToken: account.accessToken,
        maxBytes,
      }),
    // Names come with the messages.
    profile: async () => ({}),
    proveAccess: (account) => proveAccess(http, profileOf(account), account),
    // A token of WhatsApp ends when its owner says so, and cannot be renewed.
    lookAfterToken: (account) => lookByProof(() => proveAccess(http, profileOf(account), account)),
    consent: null,
  };
}

function post(http: GraphHttp, url: string, account: SendingAccount, body: unknown) {
  return http.request({ method: 'POST', url, accessToken: account.accessToken, body });
}

/** Read marks earlier messages too; typing ends with the answer or after 25 s. */
async function showReadAndTyping(
  http: GraphHttp,
  url: string,
  account: SendingAccount,
  providerMessageId: string,
): Promise<void> {
  const answer = await post(http, url, account, {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: providerMessageId,
    typing_indicator: { type: 'text' },
  });
  if (answer.kind !== 'answered') {
    throw new ChannelUnavailable(`no answer: ${answer.cause}`);
  }
  if (answer.httpStatus >= 300) {
    throw failureOf(answer);
  }
}

async function proveAccess(
  http: GraphHttp,
  url: string,
  account: SendingAccount,
): Promise<AccountProof> {
  const answer = await http.request({ method: 'GET', url, accessToken: account.accessToken });
  if (answer.kind !== 'answered') {
    throw new ChannelUnavailable(`no answer: ${answer.cause}`);
  }
  const phoneNumber = answer.httpStatus === 200 ? PhoneNumber.safeParse(answer.body) : undefined;
  if (!phoneNumber?.success) {
    const failure = failureOf(answer);
    if (failure instanceof ChannelRefused) {
      return { hasAccess: false, error: failure.providerError };
    }
    throw failure;
  }
  const { id, display_phone_number: number, verified_name: name } = phoneNumber.data;
  if (id !== undefined && id !== account.accountId) {
    // `me` and other aliases answer for whatever the token belongs to.
    return {
      hasAccess: false,
      error: { code: 100, text: 'the id is not that of the phone number' },
    };
  }
  const displayName = name ?? number;
  return {
    hasAccess: true,
    ...(displayName === undefined ? {} : { displayName: cutText(displayName, 255) }),
  };
}

function failureOf(answer: GraphAnswer): ChannelRefused | ChannelUnavailable {
  const failure = classifyGraphError(answer);
  return failure.outcome === 'refused'
    ? new ChannelRefused(failure.error)
    : new ChannelUnavailable(`HTTP ${answer.httpStatus}: ${failure.error.text}`);
}
