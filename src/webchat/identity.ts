import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { safeText } from '../lib/safe-text.ts';
import { BadIdentity } from './webchat-errors.ts';

/** A person as the business's own page knows them. */
export type Identity = { address: string; name?: string; email?: string };

const Claims = z.object({
  sub: z.string().trim().min(1).max(200),
  exp: z.number(),
  name: z.string().overwrite(safeText).trim().min(1).max(255).optional(),
  email: z.email().max(255).optional(),
});

const dayMs = 24 * 60 * 60 * 1000;
/** A shorter secret could be found by trying. */
const minSecretLength = 32;
/** An identity that stands in a page for longer could be taken from it. */
const maxAheadSeconds = 25 * 60 * 60;

/**
 * Reads what the page's server signed of its visitor: a JWT (HS256) by the secret of the phone number, with `sub` and
 * an `exp` at most a day ahead. Throws BadIdentity.
 */
export async function readIdentity(jwt: string, secret: string, now: Date): Promise<Identity> {
  if (secret.length < minSecretLength) {
    throw new BadIdentity(
      `The secret of this number is shorter than ${minSecretLength} characters: set another accessToken.`,
    );
  }
  const verified = await jwtVerify(jwt, new TextEncoder().encode(secret), {
    algorithms: ['HS256'],
    currentDate: now,
  }).catch((cause: unknown) => {
    throw new BadIdentity(
      'The identity is not signed with the secret of this number, or is over.',
      {
        cause,
      },
    );
  });
  const claims = Claims.safeParse(verified.payload);
  if (!claims.success) {
    throw new BadIdentity('The identity needs sub and exp; name and email are text.');
  }
  const { sub, exp, name, email } = claims.data;
  if (exp - now.getTime() / 1000 > maxAheadSeconds) {
    throw new BadIdentity('The identity is good for more than a day: sign shorter ones.');
  }
  return {
    address: `id_${safeText(sub)}`,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
  };
}

/** Says who a visitor is, as a business's own server does: good for as long as one may be. */
export function signIdentity(
  { sub, name }: { sub: string; name: string },
  secret: string,
  now: Date,
): Promise<string> {
  return new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime(new Date(now.getTime() + dayMs))
    .sign(new TextEncoder().encode(secret));
}
