import type { SendingAccount } from '../channel.ts';
import { ChannelRefused, ChannelUnavailable } from '../channel-errors.ts';
import type { AccountConsent, Grant } from '../consent.ts';
import type { GraphHttp } from '../graph-http.ts';
import { classifyError, errorOf } from './errors.ts';
import { facebookGrant, facebookScopes } from './facebook-grant.ts';
import { instagramGrant, instagramScopes } from './instagram-grant.ts';
import { apiOf, type InstagramUrls } from './login.ts';

/** An app at Meta. */
export type MetaApp = { id: string; secret: string };

export type ConsentOptions = {
  /** By login; undefined where the installation has no app for it. */
  apps: { instagram: MetaApp | undefined; facebook: MetaApp | undefined };
  /** `https://www.instagram.com`, or a simulator's. */
  instagramConsentUrl: string;
  /** `https://api.instagram.com`, or a simulator's. */
  instagramApiUrl: string;
  /** `https://www.facebook.com`, or a simulator's. */
  facebookConsentUrl: string;
};

/** A code that came back, with all that it takes to redeem it. */
export type CodeToRedeem = { app: MetaApp; code: string; redirectUri: string };

/** How businesses let us into their Instagram accounts: by Instagram's own login, or by Facebook's. */
export function instagramConsent(
  http: GraphHttp,
  urls: InstagramUrls,
  options: ConsentOptions,
): AccountConsent {
  const { instagram, facebook } = options.apps;
  return {
    logins: [
      ...(instagram === undefined ? [] : ['instagram']),
      ...(facebook === undefined ? [] : ['facebook']),
    ],
    url: ({ login, state, redirectUri }) => {
      const app = appOf(options, login);
      const page =
        login === 'facebook'
          ? `${options.facebookConsentUrl}/${urls.graphVersion}/dialog/oauth`
          : `${options.instagramConsentUrl}/oauth/authorize`;
      const query = new URLSearchParams({
        client_id: app.id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: (login === 'facebook' ? facebookScopes : instagramScopes).join(','),
        state,
      });
      return `${page}?${query}`;
    },
    redeem: ({ login, code, redirectUri }): Promise<Grant> => {
      // Meta ends the address with `#_`, which some browsers' histories make part of the code.
      const given = { app: appOf(options, login), code: code.replace(/#_$/, ''), redirectUri };
      return login === 'facebook'
        ? facebookGrant(http, urls, given)
        : instagramGrant(http, { ...urls, ...options }, given);
    },
    subscribe: (account) => subscribe(http, urls, account),
  };
}

function appOf({ apps }: ConsentOptions, login: string): MetaApp {
  const app = login === 'facebook' ? apps.facebook : apps.instagram;
  if (app === undefined) throw new ChannelUnavailable(`no app for the login of ${login} any more`);
  return app;
}

async function subscribe(
  http: GraphHttp,
  urls: InstagramUrls,
  account: SendingAccount,
): Promise<void> {
  const { accessToken } = account;
  const url = apiOf(urls, account).subscriptions;
  const answer = await http.request({ method: 'POST', url, accessToken });
  if (answer.kind !== 'answered') throw new ChannelUnavailable(`no answer: ${answer.cause}`);
  if (answer.httpStatus < 300) return;
  if (classifyError(answer).outcome === 'refused') throw new ChannelRefused(errorOf(answer));
  throw new ChannelUnavailable(`HTTP ${answer.httpStatus}`);
}
