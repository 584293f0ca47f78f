import { z } from 'zod';
import type { Grant } from '../consent.ts';
import { OptionalText, ProviderId } from '../fields.ts';
import type { GraphHttp } from '../graph-http.ts';
import { askMeta, missingPermissions } from './ask-meta.ts';
import type { CodeToRedeem } from './consent.ts';
import type { InstagramUrls } from './login.ts';
import { LivingToken } from './token.ts';

const needed = ['instagram_business_basic', 'instagram_business_manage_messages'];

/** What Instagram's login asks the business for; without comments it works, too. */
export const instagramScopes = [...needed, 'instagram_business_manage_comments'];

/** Its `user_id` is not read: a number above 2^53, and not the id that webhooks come with. */
const ShortToken = z.object({
  access_token: z.string().min(1),
  permissions: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(','))])
    .optional()
    .catch(undefined),
});

/** Meta documents both: the token by itself, and in a list. */
const Redeemed = z.union([
  ShortToken,
  z.object({ data: z.tuple([ShortToken]) }).transform(({ data }) => data[0]),
]);

const Me = z.object({ user_id: ProviderId.max(100), username: OptionalText, name: OptionalText });

/** A code of Instagram's login: a token for an hour, one for 60 days, and the account that it is of. */
export async function instagramGrant(
  http: GraphHttp,
  urls: InstagramUrls & { instagramApiUrl: string },
  { app, code, redirectUri }: CodeToRedeem,
): Promise<Grant> {
  const secrets = [app.secret, code];
  const form = {
    client_id: app.id,
    client_secret: app.secret,
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
  };
  const tokenUrl = `${urls.instagramApiUrl}/oauth/access_token`;
  const short = await askMeta(http, { method: 'POST', url: tokenUrl, form }, Redeemed, secrets);
  if (!short.ok) return short.refusal;
  const missing = missingPermissions(needed, short.value.permissions);
  if (missing !== undefined) return missing;
  const query = new URLSearchParams({
    grant_type: 'ig_exchange_token',
    client_secret: app.secret,
    access_token: short.value.access_token,
  });
  const root = urls.instagramGraphUrl.replace(/\/+$/, '');
  const long = await askMeta(
    http,
    { method: 'GET', url: `${root}/access_token?${query}` },
    LivingToken,
    [...secrets, short.value.access_token],
  );
  if (!long.ok) return long.refusal;
  const { access_token: accessToken, expires_in: seconds } = long.value;
  const meUrl = `${root}/${urls.graphVersion}/me?fields=user_id,username,name`;
  const me = await askMeta(http, { method: 'GET', url: meUrl, accessToken }, Me, [accessToken]);
  if (!me.ok) return me.refusal;
  const { user_id: accountId, username, name } = me.value;
  const shown = username === undefined ? (name ?? accountId) : `@${username}`;
  return {
    granted: true,
    accounts: [{ accountId, accessToken, name: shown, tokenLivesForMs: seconds * 1000 }],
  };
}
