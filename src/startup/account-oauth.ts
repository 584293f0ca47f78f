import { Router } from 'express';
import { accountOAuth } from '../channels/account-oauth.ts';
import { reachableUrl } from '../config/public-url.ts';
import type { Context } from '../context.ts';
import { releaseByReason } from '../conversations/release.ts';
import type { Db } from '../lib/db.ts';
import { oauthRouter } from '../oauth/oauth-router.ts';

/** Where businesses' browsers begin and end when they connect an account. */
export function accountOAuthRouter(context: Context): Router {
  const { consent, platform } = context.channelFor('instagram');
  if (consent === null) return Router();
  const deps = {
    ...context,
    enqueue: context.queues.enqueue,
    publishLook: () => context.signals.publishLook(),
    numberRestored: (tx: Db, number: { userId: string; phoneNumberId: string }) =>
      releaseByReason(tx, { ...number, reason: 'channel_needs_attention' }),
  };
  return oauthRouter({ ...context, publicUrl: reachableUrl(context.config.http) }, [
    accountOAuth(deps, { platform, title: 'Instagram', consent }),
  ]);
}
