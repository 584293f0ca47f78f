import type { Request } from 'express';
import type { Pool } from '../lib/db.ts';
import { findVisitor, type Site, type Visitor } from './find-visitor.ts';
import { countVisit, type Visit } from './limits.ts';
import { mayUseFrom } from './origins.ts';
import type { VisitorTokens } from './visitor-token.ts';
import { BadToken, OriginNotAllowed } from './webchat-errors.ts';

export type AskingDeps = { app: Pool; receiver: Pool; tokens: VisitorTokens };

/** Who asks, by their token, from a page that may. Throws BadToken or OriginNotAllowed. */
export async function visitorOf(deps: AskingDeps, req: Request): Promise<Visitor> {
  const token = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '')?.[1];
  if (token === undefined) throw new BadToken('Send the token as Authorization: Bearer …');
  const visitor = await findVisitor(deps, await deps.tokens.read(token));
  refuseOtherPages(visitor.site, req);
  return visitor;
}

/** Throws OriginNotAllowed for a page that may not use the chat. */
export function refuseOtherPages({ settings }: Site, req: Request): void {
  const page = { origin: req.get('origin'), fetchSite: req.get('sec-fetch-site') };
  if (!mayUseFrom(page, settings.allowedOrigins)) {
    throw new OriginNotAllowed(
      'This page may not use the chat: see settings.webchat.allowedOrigins.',
    );
  }
}

/** Counts what a visitor does. Throws TooOften. */
export async function count(
  { app }: Pick<AskingDeps, 'app'>,
  { site, claims }: Pick<Visitor, 'site' | 'claims'>,
  what: Visit['what'],
  req: Request,
): Promise<void> {
  await countVisit(app, { userId: site.userId, what, visitor: claims.address, ip: req.ip });
}
