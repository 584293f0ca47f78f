import type { SendingAccount } from '../channel.ts';

/** Where the two flavours of Instagram's API are. */
export type InstagramUrls = {
  /** `https://graph.instagram.com`, or a simulator's. */
  instagramGraphUrl: string;
  /** `https://graph.facebook.com`, or a simulator's. */
  graphUrl: string;
  /** `v25.0`, for example. */
  graphVersion: string;
};

/** The addresses of one account's API. */
export type AccountApi = {
  profile: string;
  messages: string;
  /** Where it is told who a customer is: for no more than we keep, because one field too many fails the whole call. */
  customer: (id: string) => string;
  /** Where the account, or its Page, has an app told what happens. */
  subscriptions: string;
  /** Where its token is renewed; null for a Page's, which has no end. */
  renewal: string | null;
};

/** What an app may be told of an account of Instagram's login. */
const accountFields =
  'messages,messaging_postbacks,messaging_seen,message_reactions,messaging_referral,comments';

/** Of a Page any field will do: what Instagram tells is chosen for the app as a whole. */
const pageFields = 'feed';

/**
 * Which API an account is reached by: its token says so. Meta's Facebook login gives Page tokens that begin with
 * `EAA`, and a Page sends as `me`; every other token is one of Instagram's own login (`IG…`).
 */
export function apiOf(urls: InstagramUrls, { accountId, accessToken }: SendingAccount): AccountApi {
  const isPage = accessToken.startsWith('EAA');
  const host = isPage ? urls.graphUrl : urls.instagramGraphUrl;
  const origin = host.replace(/\/+$/, '');
  const root = `${origin}/${urls.graphVersion}`;
  const own = `${root}/${encodeURIComponent(accountId)}`;
  return {
    profile: `${own}?fields=${isPage ? '' : 'user_id,'}username,name`,
    customer: (id) => `${root}/${encodeURIComponent(id)}?fields=name,username`,
    messages: isPage ? `${root}/me/messages` : `${own}/messages`,
    subscriptions: isPage
      ? `${root}/me/subscribed_apps?subscribed_fields=${pageFields}`
      : `${own}/subscribed_apps?subscribed_fields=${accountFields}`,
    renewal: isPage ? null : `${origin}/refresh_access_token`,
  };
}
