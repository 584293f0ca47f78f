import { z } from 'zod';
import type { AccountProof, SendingAccount, TokenLook } from '../channel.ts';
import type { GraphHttp } from '../graph-http.ts';
import { lookByProof } from '../look-by-proof.ts';
import { classifyError, errorOf } from './errors.ts';
import { apiOf, type InstagramUrls } from './login.ts';

/** A token that lives on, as Meta gives it: sometimes another one, sometimes the same. */
export const LivingToken = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,4000}$/),
  expires_in: z.coerce.number().int().positive(),
});

/**
 * Renews a token of Instagram's login, which lives for 60 days and may be renewed from its second day on. That one is
 * not renewed says little: it may be too young. Whether it is refused is asked by what it is for.
 */
export async function lookAfterToken(
  http: GraphHttp,
  urls: InstagramUrls,
  account: SendingAccount,
  prove: () => Promise<AccountProof>,
): Promise<TokenLook> {
  const { renewal } = apiOf(urls, account);
  if (renewal === null) return lookByProof(prove);
  const query = new URLSearchParams({
    grant_type: 'ig_refresh_token',
    // Meta documents it here only. The address is not logged, neither whole nor in part.
    access_token: account.accessToken,
  });
  const answer = await http.request({ method: 'GET', url: `${renewal}?${query}` });
  if (answer.kind !== 'answered') {
    return { token: 'unknown', error: { code: 0, text: `no answer: ${answer.cause}` } };
  }
  const renewed = answer.httpStatus === 200 ? LivingToken.safeParse(answer.body) : undefined;
  if (renewed?.success) {
    const { access_token: accessToken, expires_in: seconds } = renewed.data;
    return { token: 'renewed', accessToken, livesForMs: seconds * 1000 };
  }
  return classifyError(answer).outcome === 'refused'
    ? lookByProof(prove)
    : { token: 'unknown', error: errorOf(answer) };
}
