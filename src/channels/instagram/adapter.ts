import { z } from 'zod';
import { cutText } from '../../lib/safe-text.ts';
import type {
  AccountProof,
  Channel,
  ChannelCapabilities,
  MessageToAcknowledge,
  SendingAccount,
} from '../channel.ts';
import { ChannelRefused, ChannelUnavailable } from '../channel-errors.ts';
import { OptionalText } from '../fields.ts';
import { type GraphHttp, graphHttp } from '../graph-http.ts';
import { plainMarks } from '../markdown/marks.ts';
import { showMarkdown } from '../markdown/show-markdown.ts';
import { splitText } from '../split-text.ts';
import { type ConsentOptions, instagramConsent } from './consent.ts';
import { downloadMedia } from './download.ts';
import { failureOf } from './errors.ts';
import { instagramFiles } from './files.ts';
import { apiOf, type InstagramUrls } from './login.ts';
import { parseInstagram } from './parse.ts';
import { customerProfile } from './profile.ts';
import { noTemplates, sendBody, sendOutcome } from './send.ts';
import { lookAfterToken } from './token.ts';

export type InstagramOptions = InstagramUrls & {
  /** Without it no business can be asked for its account. */
  consent?: ConsentOptions;
  /** How long one call may take as a whole. */
  timeoutMs: number;
  /** Connections at once; calls beyond wait for one. */
  maxSockets?: number;
};

/**
 * providers.md section 4: a day to answer in, a week for people; 1,000 bytes a message, 100 messages a second, no limit
 * for one customer.
 */
const capabilities: ChannelCapabilities = {
  replyWindowMs: 24 * 60 * 60 * 1000,
  personWindowMs: 7 * 24 * 60 * 60 * 1000,
  hasTemplates: false,
  textSize: { limit: 1000, measure: (text) => Buffer.byteLength(text), unit: 'bytes of UTF-8' },
  linkButton: null,
  files: instagramFiles,
  showsTyping: true,
  hasProfiles: true,
  streamsText: false,
  hasAccessToken: true,
  messagesPerSecond: 100,
  perCustomer: { burst: 100, intervalMs: 10 },
};

const Profile = z.object({
  id: OptionalText,
  user_id: OptionalText,
  username: OptionalText,
  name: OptionalText,
});

/** Instagram's messages, by its own login or by Facebook's: each account's token says which. */
export function instagramChannel(options: InstagramOptions): Channel {
  const http = graphHttp(options);
  const apiUrls = [options.instagramGraphUrl, options.graphUrl];
  return {
    platform: 'instagram',
    webhookObject: 'instagram',
    capabilities,
    parse: parseInstagram,
    format: (markdown) => splitText(showMarkdown(markdown, plainMarks), capabilities.textSize),
    // Instagram gives no reference back: the echo of the message does, by its text.
    send: async (account, to, message) => {
      const body = sendBody(to, message);
      return body === undefined
        ? noTemplates
        : sendOutcome(await post(http, options, account, body), message);
    },
    showReadAndTyping: (account, message) => showReadAndTyping(http, options, account, message),
    download: (_account, media, maxBytes) => downloadMedia(http, { media, apiUrls, maxBytes }),
    profile: (account, address) => customerProfile(http, options, account, address),
    proveAccess: (account) => proveAccess(http, apiOf(options, account).profile, account),
    lookAfterToken: (account) =>
      lookAfterToken(http, options, account, () =>
        proveAccess(http, apiOf(options, account).profile, account),
      ),
    consent:
      options.consent === undefined ? null : instagramConsent(http, options, options.consent),
  };
}

function post(http: GraphHttp, urls: InstagramUrls, account: SendingAccount, body: unknown) {
  const { accessToken } = account;
  return http.request({ method: 'POST', url: apiOf(urls, account).messages, accessToken, body });
}

/** Two calls, because Instagram takes one action at a time; typing ends with the answer. */
async function showReadAndTyping(
  http: GraphHttp,
  urls: InstagramUrls,
  account: SendingAccount,
  { from: id }: MessageToAcknowledge,
): Promise<void> {
  for (const action of ['mark_seen', 'typing_on']) {
    const body = { recipient: { id }, sender_action: action };
    const answer = await post(http, urls, account, body);
    if (answer.kind !== 'answered') {
      throw new ChannelUnavailable(`no answer: ${answer.cause}`);
    }
    if (answer.httpStatus >= 300) {
      throw failureOf(answer);
    }
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
  const profile = answer.httpStatus === 200 ? Profile.safeParse(answer.body) : undefined;
  if (!profile?.success) {
    const failure = failureOf(answer);
    if (failure instanceof ChannelRefused) {
      return { hasAccess: false, error: failure.providerError };
    }
    throw failure;
  }
  // Instagram's own login has a second id for the same account; webhooks come with `user_id`, and only with that.
  const { id, user_id: userId, username, name } = profile.data;
  if ((userId ?? id) !== account.accountId) {
    // `me` and other aliases answer for whatever the token belongs to.
    return { hasAccess: false, error: { code: 100, text: 'the id is not that of the account' } };
  }
  const displayName = username === undefined ? name : `@${username}`;
  return {
    hasAccess: true,
    ...(displayName === undefined ? {} : { displayName: cutText(displayName, 255) }),
  };
}
