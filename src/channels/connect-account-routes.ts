import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { OAuthNotConfigured, requireOwnOrigin } from '../oauth/link-rules.ts';
import { startUrl } from '../oauth/oauth-router.ts';
import { issueTicket } from '../oauth/tickets.ts';
import type { Channel } from './channel.ts';
import type { Platform } from './inbound-event.ts';

export type ConnectAccountRouteDeps = {
  app: Pool;
  vault: Vault;
  newId: NewId;
  channelFor: (platform: Platform) => Channel;
  /** Where browsers reach this installation; undefined when nobody knows. */
  publicUrl: string | undefined;
};

const platform = 'instagram';
const Login = z.enum(['instagram', 'facebook']);

/** What is missing for each way to sign in. */
const appSettings: Record<z.infer<typeof Login>, string> = {
  instagram: 'INSTAGRAM_APP_ID and INSTAGRAM_APP_SECRET',
  facebook: 'META_APP_ID and META_APP_SECRET',
};

/** A tenant connects an account by the provider's own page. */
export function connectAccountRoutes(deps: ConnectAccountRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'post',
      path: '/instagram/connect',
      tag: 'Phone numbers',
      summary:
        'Get a link by which a person connects Instagram accounts; it works once, for ten minutes',
      status: 201,
      body: z.strictObject({
        login: Login.default('instagram').meta({
          description: 'Instagram’s own login, or Facebook’s for accounts that belong to a Page',
        }),
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
          code: 'instagram.oauth_not_configured',
          when: 'the installation has no app for this login, or no address that browsers reach',
        },
      ],
      handle: async ({ userId, body: { login, returnUrl } }) => {
        const publicUrl = readyFor(deps, login);
        if (returnUrl !== undefined) requireOwnOrigin(returnUrl, publicUrl);
        const asked = { userId, provider: platform, details: { login } };
        const ticket = await issueTicket(deps, { ...asked, returnUrl: returnUrl ?? null });
        return { startUrl: startUrl(publicUrl, platform, ticket) };
      },
    }),
  ];
}

/** Answers where browsers reach us. Throws OAuthNotConfigured. */
function readyFor(
  { channelFor, publicUrl }: ConnectAccountRouteDeps,
  login: z.infer<typeof Login>,
): string {
  if (channelFor(platform).consent?.logins.includes(login) !== true) {
    throw new OAuthNotConfigured(
      platform,
      `Accounts cannot be connected this way yet: whoever runs this installation has to set ${appSettings[login]}. A token can be registered by hand.`,
    );
  }
  if (publicUrl !== undefined) return publicUrl;
  throw new OAuthNotConfigured(
    platform,
    'Accounts cannot be connected this way yet: whoever runs this installation has to set PUBLIC_URL, where browsers reach it.',
  );
}
