import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { maybeRow, type Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';

/** What a tenant asked for: to be let into its account at a provider. */
export type Asked = {
  userId: string;
  /** As the path has it, e.g. `instagram`. */
  provider: string;
  /** What the provider's side needs again at the end. */
  details: Record<string, unknown>;
  returnUrl: string | null;
};

/** How long a ticket waits for its browser, and then the browser for its answer. */
export const ticketLifeMs = 10 * 60_000;

/** What a word is for; one of the one kind is none of the other. */
type Purpose = 'ticket' | 'state';

const wordForm = /^([A-Za-z0-9_-]{32})\.([A-Za-z0-9_-]{43})$/;
const browserForm = /^[A-Za-z0-9_-]{32}$/;

/** Writes down what was asked for and answers the ticket that begins it, once and within ten minutes. */
export async function issueTicket(
  deps: { app: Pool; vault: Vault; newId: NewId },
  { userId, provider, details, returnUrl }: Asked,
): Promise<string> {
  const ticket = newWord(deps.vault, 'ticket');
  await asTenant(deps.app, userId, (tx) =>
    tx.query(
      `insert into oauth_tickets
         (oauth_ticket_id, user_id, provider, details, return_url, ticket_sha256, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7 / 1000.0))`,
      [
        deps.newId('oat'),
        userId,
        provider,
        JSON.stringify(details),
        returnUrl,
        sha256(ticket),
        ticketLifeMs,
      ],
    ),
  );
  return ticket;
}

const AskedRow = z.object({
  userId: z.string(),
  provider: z.string(),
  details: z.record(z.string(), z.unknown()),
  returnUrl: z.string().nullable(),
});
const askedColumns = `user_id as "userId", provider, details, return_url as "returnUrl"`;

/** A ticket that was begun: `state` goes to the provider, `browser` into a cookie of the browser that began it. */
export type Begun = { asked: Asked; state: string; browser: string };

/**
 * Begins with a ticket; undefined for one that nobody was given, that was used, or that is too old. A browser that has
 * begun something else keeps its word, so that both can end.
 */
export async function beginWithTicket(
  deps: { receiver: Pool; vault: Vault },
  given: { provider: string; ticket: string; browser: string | undefined },
): Promise<Begun | undefined> {
  if (!isWord(deps.vault, 'ticket', given.ticket)) return undefined;
  const state = newWord(deps.vault, 'state');
  const known = browserForm.exec(given.browser ?? '')?.[0];
  const browser = known ?? randomBytes(24).toString('base64url');
  const asked = await maybeRow(
    deps.receiver,
    AskedRow,
    `update oauth_tickets
        set started_at = now(), state_sha256 = $3, browser_sha256 = $4,
            expires_at = now() + make_interval(secs => $5 / 1000.0)
      where ticket_sha256 = $1 and provider = $2 and started_at is null and expires_at > now()
      returning ${askedColumns}`,
    [sha256(given.ticket), given.provider, sha256(state), sha256(browser), ticketLifeMs],
  );
  return asked === undefined ? undefined : { asked, state, browser };
}

/** What a state that came back says. `foreign_browser`: it was begun in another one, and is used up all the same. */
export type Ended =
  | { end: 'ours'; asked: Asked }
  | { end: 'foreign_browser' }
  | { end: 'unknown_state' };

/** Ends what a state belongs to, once, before anything is done with what came with it. */
export async function endWithState(
  deps: { receiver: Pool; vault: Vault },
  given: { provider: string; state: string; browser: string | undefined },
): Promise<Ended> {
  if (!isWord(deps.vault, 'state', given.state)) return { end: 'unknown_state' };
  const found = await maybeRow(
    deps.receiver,
    AskedRow.extend({ isSameBrowser: z.boolean() }),
    `update oauth_tickets set finished_at = now()
      where state_sha256 = $1 and provider = $2 and finished_at is null and expires_at > now()
      returning ${askedColumns}, browser_sha256 = $3 as "isSameBrowser"`,
    [sha256(given.state), given.provider, sha256(browserForm.exec(given.browser ?? '')?.[0] ?? '')],
  );
  if (found === undefined) return { end: 'unknown_state' };
  const { isSameBrowser, ...asked } = found;
  return isSameBrowser ? { end: 'ours', asked } : { end: 'foreign_browser' };
}

/** Forgets tickets that were over a day ago; `sweeper` reads nothing else of them. */
export async function forgetTickets(sweeper: Pool): Promise<void> {
  await sweeper.query(`delete from oauth_tickets where expires_at < now() - interval '1 day'`);
}

/** Random and signed: what nobody was given is refused without asking the database. */
function newWord(vault: Vault, purpose: Purpose): string {
  const random = randomBytes(24).toString('base64url');
  return `${random}.${signatureOf(vault, purpose, random)}`;
}

function isWord(vault: Vault, purpose: Purpose, word: string): boolean {
  const [, random = '', signature = ''] = wordForm.exec(word) ?? [];
  const expected = Buffer.from(signatureOf(vault, purpose, random));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signatureOf(vault: Vault, purpose: Purpose, random: string): string {
  return vault.derive(`oauth ${purpose} ${random}`);
}

function sha256(word: string): Buffer {
  return createHash('sha256').update(word).digest();
}
