import { createHash } from 'node:crypto';
import type { Pool } from '../lib/db.ts';
import { isPublicAddress } from '../lib/public-address.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import { TooOften } from './webchat-errors.ts';

/** Something may be done `burst` times at once, and then once in `intervalMs`. */
type Allowance = { burst: number; intervalMs: number };

/** What a visitor, and the address they come from, may do. */
const allowances = {
  message: {
    visitor: { burst: 60, intervalMs: 1_000 },
    address: { burst: 300, intervalMs: 200 },
  },
  upload: {
    visitor: { burst: 20, intervalMs: 5_000 },
    address: { burst: 60, intervalMs: 1_000 },
  },
  /** Receipts and typing: what a page tells by itself. */
  notice: {
    visitor: { burst: 120, intervalMs: 500 },
    address: { burst: 600, intervalMs: 50 },
  },
  session: {
    visitor: { burst: 60, intervalMs: 1_000 },
    address: { burst: 120, intervalMs: 500 },
  },
} as const satisfies Record<string, { visitor: Allowance; address: Allowance }>;

/** Something that a visitor does; nobody has an id before their first session. */
export type Visit = {
  userId: string;
  what: keyof typeof allowances;
  visitor?: string;
  ip: string | undefined;
};

/**
 * Counts a visit over all processes. Throws TooOften. Addresses of this machine and of private networks are not
 * counted: behind one stands a proxy that we were not told of (TRUSTED_PROXIES), and all visitors would share its
 * allowance.
 */
export async function countVisit(app: Pool, { userId, what, visitor, ip }: Visit): Promise<void> {
  const { visitor: perVisitor, address: perAddress } = allowances[what];
  if (visitor !== undefined) {
    await take(app, { userId, bucket: `visitor:${what}`, subject: visitor }, perVisitor);
  }
  if (ip !== undefined && isPublicAddress(ip)) {
    await take(app, { userId, bucket: `address:${what}`, subject: hashed(ip) }, perAddress);
  }
}

async function take(
  app: Pool,
  from: { userId: string; bucket: string; subject: string },
  { burst, intervalMs }: Allowance,
): Promise<void> {
  const taken = await queryAsTenants(
    app,
    [from.userId],
    {
      name: 'webchat_take_allowance',
      text: `insert into webchat_limits as l (user_id, bucket, subject, full_again_at)
             values ($1, $2, $3, now() + make_interval(secs => $4 / 1000.0))
             on conflict (user_id, bucket, subject) do update
                set full_again_at =
                      greatest(l.full_again_at, now()) + make_interval(secs => $4 / 1000.0)
              where l.full_again_at <= now() + make_interval(secs => $5 / 1000.0)
             returning bucket`,
      values: [from.userId, from.bucket, from.subject, intervalMs, (burst - 1) * intervalMs],
    },
    'lazy',
  );
  if (taken.length > 0) return;
  throw new TooOften('Too many requests: slow down.', { retryAfterMs: intervalMs });
}

/** An address says where somebody is: only what it takes to count it is kept, and not for long. */
function hashed(ip: string): string {
  return createHash('sha256').update(ip).digest('base64url').slice(0, 32);
}

/** Forgets the allowances that are whole again. */
export async function forgetVisits(sweeper: Pool): Promise<void> {
  await sweeper.query('delete from webchat_limits where full_again_at < now()');
}
