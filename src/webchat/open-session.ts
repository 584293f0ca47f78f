import { z } from 'zod';
import type { WebchatSettings } from '../accounts/webchat-settings.ts';
import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Now } from '../lib/clock.ts';
import { oneRow, type Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { findVisitor, type Site, type Visitor } from './find-visitor.ts';
import { type Identity, readIdentity } from './identity.ts';
import type { VisitorClaims, VisitorTokens } from './visitor-token.ts';
import { BadToken } from './webchat-errors.ts';

export type SessionDeps = {
  app: Pool;
  receiver: Pool;
  vault: Vault;
  tokens: VisitorTokens;
  newId: NewId;
  now: Now;
  ingest: (events: InboundEvent[]) => Promise<void>;
};

/** What a visitor's page needs to begin, or to go on. */
export type Session = {
  token: string;
  conversationId: string;
  lastSequenceNo: number;
  handledBy: 'ai' | 'human';
  agentName: string;
  settings: WebchatSettings & { quickReplies: string[]; attachments: boolean };
};

/**
 * Begins a visit, or goes on with the one of an older token; whoever the page names goes on with their own
 * conversation. A token that is not good any more begins anew. Stores nothing, but that a visitor who has written is
 * the person whom the page names now. Throws BadIdentity.
 */
export async function openSession(
  deps: SessionDeps,
  site: Site,
  given: { token?: string | undefined; identity?: string | undefined },
): Promise<{ session: Session; visitor: Visitor }> {
  const before = await claimsOf(deps, site, given.token);
  const visitor =
    given.identity === undefined
      ? await findVisitor(deps, before ?? { ...anonymous(deps), phoneNumberId: site.phoneNumberId })
      : await identified(deps, site, { jwt: given.identity, before });
  return {
    visitor,
    session: {
      token: await deps.tokens.sign(visitor.claims),
      conversationId: visitor.conversationId,
      lastSequenceNo: visitor.lastSequenceNo,
      handledBy: visitor.handledBy,
      agentName: site.agentName,
      settings: shownSettings(site.settings),
    },
  };
}

/** Who may use the chat is nobody's business but ours. */
function shownSettings({ allowedOrigins: _, ...settings }: WebchatSettings): Session['settings'] {
  const { quickReplies = [], attachments = true } = settings;
  return { ...settings, quickReplies, attachments };
}

function anonymous({ newId }: Pick<SessionDeps, 'newId'>): Pick<VisitorClaims, 'address'> {
  return { address: newId('vis') };
}

/** What an older token says; undefined for none, for a bad one, and for one of another chat. */
async function claimsOf(
  { tokens }: Pick<SessionDeps, 'tokens'>,
  site: Site,
  token: string | undefined,
): Promise<VisitorClaims | undefined> {
  if (token === undefined) return undefined;
  const claims = await tokens.read(token).catch((error: unknown) => {
    if (error instanceof BadToken) return undefined;
    throw error;
  });
  return claims?.phoneNumberId === site.phoneNumberId ? claims : undefined;
}

async function identified(
  deps: SessionDeps,
  site: Site,
  { jwt, before }: { jwt: string; before: VisitorClaims | undefined },
): Promise<Visitor> {
  const identity = await readIdentity(jwt, await secretOf(deps, site), deps.now());
  const claims = { ...identity, phoneNumberId: site.phoneNumberId };
  const person = await findVisitor(deps, claims);
  // Two people who are both named stay two, and so do two who have both written.
  if (before === undefined || isNamed(before) || person.contactId !== undefined) return person;
  const stranger = await findVisitor(deps, before);
  if (stranger.contactId === undefined) return person;
  await deps.ingest([becameKnown(site, { before, identity, at: deps.now() })]);
  return await findVisitor(deps, claims);
}

function isNamed({ address }: VisitorClaims): boolean {
  return address.startsWith('id_');
}

function becameKnown(
  site: Site,
  { before, identity, at }: { before: VisitorClaims; identity: Identity; at: Date },
): InboundEvent {
  return {
    type: 'identity_change',
    account: { platform: 'webchat', accountId: site.key },
    previous: { kind: 'webchat_visitor', address: before.address },
    current: { kind: 'webchat_visitor', address: identity.address },
    at,
  };
}

const SecretRow = z.object({ accessToken: z.string() });

async function secretOf({ app, vault }: SessionDeps, site: Site): Promise<string> {
  const { accessToken } = await asTenant(app, site.userId, (tx) =>
    oneRow(
      tx,
      SecretRow,
      `select access_token as "accessToken" from phone_numbers where user_id = $1 and id = $2`,
      [site.userId, site.phoneNumberId],
    ),
  );
  return vault.decrypt(accessToken, site.phoneNumberId);
}
