import { z } from 'zod';
import { safeText } from '../../lib/safe-text.ts';
import type { CustomerProfile, SendingAccount } from '../channel.ts';
import { ChannelUnavailable } from '../channel-errors.ts';
import { OptionalName } from '../fields.ts';
import type { GraphHttp } from '../graph-http.ts';
import { failureOf } from './errors.ts';
import { apiOf, type InstagramUrls } from './login.ts';

const Profile = z.object({ name: OptionalName, username: OptionalName });

/** Who a customer is: Instagram tells it of people who have written to the account, and of nobody else. */
export async function customerProfile(
  http: GraphHttp,
  urls: InstagramUrls,
  account: SendingAccount,
  address: string,
): Promise<CustomerProfile> {
  const url = apiOf(urls, account).customer(address);
  const answer = await http.request({ method: 'GET', url, accessToken: account.accessToken });
  if (answer.kind !== 'answered') {
    throw new ChannelUnavailable(`no answer: ${answer.cause}`);
  }
  const profile = answer.httpStatus === 200 ? Profile.safeParse(answer.body) : undefined;
  if (!profile?.success) {
    throw failureOf(answer);
  }
  const { name, username } = profile.data;
  return {
    ...(name ? { name: safeText(name) } : {}),
    ...(username ? { username: safeText(username) } : {}),
  };
}
