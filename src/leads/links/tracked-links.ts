import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type LinkPurpose, linkPurposes } from '../../accounts/agent-settings.ts';
import { type Db, type Pool, rows } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { asTenant } from '../../lib/tenant.ts';

const Purpose = z.enum(linkPurposes);

/** Makes the word of a link's address that nobody can guess. */
export type NewLinkToken = () => string;

/** 128 random bits, 22 characters of base64url. */
export const newLinkToken: NewLinkToken = () => randomBytes(16).toString('base64url');

/** What `newLinkToken` makes; anything else is no link of ours, whoever asks. */
export const linkTokenForm = /^[A-Za-z0-9_-]{22}$/;

/**
 * Where links begin for customers: PUBLIC_URL; without it what the server of this machine prints, if the customers
 * are on this machine too. Undefined for customers elsewhere, who could not open that, and for a server that
 * takes any free port, which nobody else knows.
 */
export function linkBase(
  http: { publicUrl: string | undefined; port: number },
  areCustomersSimulated: boolean,
): string | undefined {
  if (http.publicUrl !== undefined) return http.publicUrl;
  return areCustomersSimulated && http.port !== 0 ? `http://localhost:${http.port}` : undefined;
}

/** The address that a customer is given for a token. */
export function linkUrl(base: string, token: string): string {
  return `${base}/r/${token}`;
}

const TokenRow = z.object({ purpose: Purpose, token: z.string() });

/**
 * Finds or makes the links of a conversation and answers their tokens: the same conversation and purpose has
 * the same one for ever. A link that is offered again leads to where the agent's settings point now. What
 * is made for a turn that is thrown away afterwards is a row that nobody was given.
 */
export async function ensureLinks(
  deps: { app: Pool; newId: NewId; newToken: NewLinkToken },
  wanted: {
    userId: string;
    conversationId: string;
    targets: { purpose: LinkPurpose; targetUrl: string }[];
  },
): Promise<Map<LinkPurpose, string>> {
  const { userId, conversationId, targets } = wanted;
  // In one order, so that two who want the same links do not wait for each other.
  const ordered = targets.toSorted((one, other) => one.purpose.localeCompare(other.purpose));
  const found = await asTenant(deps.app, userId, (tx) =>
    rows(
      tx,
      TokenRow,
      `insert into tracked_links as l
         (tracked_link_id, user_id, conversation_id, purpose, token, target_url)
       select x.id, $1, $2, x.purpose, x.token, x.target_url
         from unnest($3::text[], $4::text[], $5::text[], $6::text[])
           as x (id, purpose, token, target_url)
       on conflict (conversation_id, purpose) do update set target_url = excluded.target_url
        where l.user_id = $1
       returning purpose, token`,
      [
        userId,
        conversationId,
        ordered.map(() => deps.newId('lnk')),
        ordered.map(({ purpose }) => purpose),
        ordered.map(() => deps.newToken()),
        ordered.map(({ targetUrl }) => targetUrl),
      ],
    ),
  );
  return new Map(found.map(({ purpose, token }) => [purpose, token]));
}

const LinkRow = z.object({
  token: z.string(),
  userId: z.string(),
  conversationId: z.string(),
  purpose: Purpose,
  targetUrl: z.string(),
  /** How long the link has been there, in milliseconds. */
  ageMs: z.number(),
});

/** A link as it is found by what stands in its address: whoever has the address may follow it. */
export type TrackedLink = z.infer<typeof LinkRow>;

/** The links with these tokens, whosever they are, in the order of the tokens. */
export async function findLinks(
  receiver: Pool,
  tokens: string[],
): Promise<(TrackedLink | undefined)[]> {
  const found = await receiver.query({
    name: 'find_links',
    text: `select token, user_id as "userId", conversation_id as "conversationId", purpose,
                  target_url as "targetUrl",
                  extract(epoch from now() - created_at)::float8 * 1000 as "ageMs"
             from tracked_links
            where token = any ($1::text[])`,
    values: [tokens],
  });
  const byToken = new Map(
    found.rows.map((row) => {
      const link = LinkRow.parse(row);
      return [link.token, link] as const;
    }),
  );
  return tokens.map((token) => byToken.get(token));
}

const ClickedRow = z.object({ purpose: Purpose });

/** Which of the business's links the customer of a conversation has opened, or asked for by a button. */
export async function clickedPurposes(
  tx: Db,
  wanted: { userId: string; conversationId: string },
): Promise<Set<LinkPurpose>> {
  const clicked = await rows(
    tx,
    ClickedRow,
    `select distinct purpose from link_clicks
      where user_id = $1 and conversation_id = $2 and is_counted`,
    [wanted.userId, wanted.conversationId],
  );
  return new Set(clicked.map(({ purpose }) => purpose));
}
