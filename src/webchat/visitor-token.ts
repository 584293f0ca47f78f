import { createHmac } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Now } from '../lib/clock.ts';
import { BadToken } from './webchat-errors.ts';

/** Who writes, as their token says: an address of their own on one phone number. */
export type VisitorClaims = {
  phoneNumberId: string;
  /** `vis_…` for whoever has the token, `id_…` for a person whom the page has named. */
  address: string;
  /** As the page told it. */
  name?: string;
  email?: string;
};

const Claims = z.object({
  aud: z.string(),
  sub: z.string().regex(/^(vis|id)_/),
  name: z.string().exactOptional(),
  email: z.string().exactOptional(),
});

/** So long after their last visit a visitor finds their conversation again: 180 days. */
const lifetimeMs = 180 * 24 * 60 * 60 * 1000;

/** Signs the tokens of visitors (JWT, HS256) with the first key, and reads those of any. */
export function visitorTokens({ keys, now }: { keys: string[]; now: Now }) {
  const [key = ''] = keys;
  // Made once: from bytes the library would make it again for every token, in a thread of its own.
  const secrets = keys.map((one) =>
    crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(one),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign', 'verify'],
    ),
  );
  const verified = async (token: string): Promise<unknown> => {
    const tried = await Promise.allSettled(
      secrets.map(async (secret) =>
        jwtVerify(token, await secret, { algorithms: ['HS256'], currentDate: now() }),
      ),
    );
    const good = tried.find((one) => one.status === 'fulfilled');
    if (good !== undefined) return good.value.payload;
    throw new BadToken('Ask for a new session.');
  };
  return {
    sign: async ({ phoneNumberId, address, ...person }: VisitorClaims): Promise<string> =>
      new SignJWT(person)
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(address)
        .setAudience(phoneNumberId)
        .setIssuedAt(now())
        .setExpirationTime(new Date(now().getTime() + lifetimeMs))
        .sign((await secrets[0]) ?? new Uint8Array()),
    /** Throws BadToken for whatever we did not sign, or not so recently. */
    read: async (token: string): Promise<VisitorClaims> => {
      const { aud, sub, ...person } = Claims.parse(await verified(token));
      return { phoneNumberId: aud, address: sub, ...person };
    },
    /**
     * The id of a visitor's conversation before there is one: the same in all their tabs and on all their devices.
     * `earlier` counts the conversations they had, which are archived.
     */
    conversationId: ({ phoneNumberId, address }: VisitorClaims, earlier: number): string => {
      const seed = JSON.stringify([phoneNumberId, address, earlier]);
      return `cnv_${createHmac('sha256', key).update(seed).digest('hex').slice(0, 32)}`;
    },
  };
}

export type VisitorTokens = ReturnType<typeof visitorTokens>;
