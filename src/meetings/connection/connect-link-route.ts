import { z } from 'zod';
import type { Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { type Route, tenantRoute } from '../../lib/http/route.ts';
import type { NewId } from '../../lib/ids.ts';
import { OAuthNotConfigured, requireOwnOrigin } from '../../oauth/link-rules.ts';
import { startUrl } from '../../oauth/oauth-router.ts';
import { issueTicket } from '../../oauth/tickets.ts';
import type { GoogleOAuth } from '../google/google-oauth.ts';
import { googleName } from './calendar-oauth.ts';

export type ConnectLinkDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  googleOAuth: GoogleOAuth | undefined;
  /** Where browsers reach this installation; undefined when nobody knows. */
  publicUrl: string | undefined;
};

/** A tenant gets a link by which a person connects a calendar on Google's own page. */
export function connectLinkRoute(deps: ConnectLinkDeps): Route {
  return tenantRoute({
    method: 'post',
    path: '/google-calendar/connect',
    tag: 'Google Calendar',
    summary: 'Get a link by which a person connects a calendar; it works once, for ten minutes',
    status: 201,
    body: z.strictObject({
      returnUrl: z
        .url({ protocol: /^https?$/ })
        .max(2_000)
        .optional()
        .meta({ description: 'Where the browser goes at the end; within this installation' }),
    }),
    answer: z.object({ startUrl: z.string() }),
    problems: [
      {
        status: 422,
        code: 'google_calendar.oauth_not_configured',
        when: 'the installation has no app at Google, or no address that browsers reach',
      },
    ],
    handle: async ({ userId, body: { returnUrl } }) => {
      const publicUrl = readyAt(deps);
      if (returnUrl !== undefined) requireOwnOrigin(returnUrl, publicUrl);
      const asked = { userId, provider: googleName, details: {} };
      const ticket = await issueTicket(deps, { ...asked, returnUrl: returnUrl ?? null });
      return { startUrl: startUrl(publicUrl, googleName, ticket) };
    },
  });
}

/** Answers where browsers reach us. Throws OAuthNotConfigured. */
function readyAt({ googleOAuth, publicUrl }: ConnectLinkDeps): string {
  if (googleOAuth !== undefined && publicUrl !== undefined) return publicUrl;
  const missing =
    googleOAuth === undefined
      ? 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET'
      : 'PUBLIC_URL, where browsers reach it';
  throw new OAuthNotConfigured(
    'google_calendar',
    `A calendar cannot be connected yet: whoever runs this installation has to set ${missing}.`,
  );
}
