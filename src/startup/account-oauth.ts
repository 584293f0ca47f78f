import type { Router } from 'express';
import { accountOAuth } from '../channels/account-oauth.ts';
import { reachableUrl } from '../config/public-url.ts';
import type { Context } from '../context.ts';
import { releaseByReason } from '../conversations/release.ts';
import type { Db } from '../lib/db.ts';
import { calendarConsequences } from '../meetings/connection/calendar-consequences.ts';
import { calendarOAuth } from '../meetings/connection/calendar-oauth.ts';
import { type OAuthProvider, oauthRouter } from '../oauth/oauth-router.ts';

/** Where businesses' browsers begin and end when they connect an account, or a calendar. */
export function accountOAuthRouter(context: Context): Router {
  return oauthRouter({ ...context, publicUrl: reachableUrl(context.config.http) }, [
    ...channelProviders(context),
    ...calendarProviders(context),
  ]);
}

function channelProviders(context: Context): OAuthProvider[] {
  const { consent, platform } = context.channelFor('instagram');
  if (consent === null) return [];
  const deps = {
    ...context,
    enqueue: context.queues.enqueue,
    publishLook: () => context.signals.publishLook(),
    numberRestored: (tx: Db, number: { userId: string; phoneNumberId: string }) =>
      releaseByReason(tx, { ...number, reason: 'channel_needs_attention' }),
  };
  return [accountOAuth(deps, { platform, title: 'Instagram', consent })];
}

function calendarProviders(context: Context): OAuthProvider[] {
  const { googleOAuth } = context;
  if (googleOAuth === undefined) return [];
  const publishLook = () => context.signals.publishLook();
  return [calendarOAuth({ ...context, ...calendarConsequences, googleOAuth, publishLook })];
}
