import { accountRoutes } from '../accounts/routes.ts';
import { costRoutes } from '../analytics/cost-routes.ts';
import { costOfLead } from '../analytics/lead-costs.ts';
import { leadTimelineRoutes } from '../analytics/lead-timeline-routes.ts';
import { availabilityRoutes } from '../availability/availability-routes.ts';
import type { Channel } from '../channels/channel.ts';
import { connectAccountRoutes } from '../channels/connect-account-routes.ts';
import type { Platform } from '../channels/inbound-event.ts';
import { phoneNumberRoutes } from '../channels/phone-number-routes.ts';
import { contactRoutes } from '../contacts/contact-routes.ts';
import type { Forget } from '../contacts/erase-contact.ts';
import { conversationRoutes } from '../conversations/conversation-routes.ts';
import { forgetConversations } from '../conversations/forget-conversations.ts';
import { messageRoutes } from '../conversations/message-routes.ts';
import { releaseByReason } from '../conversations/release.ts';
import { typingRoute } from '../conversations/typing-route.ts';
import { creditRoutes } from '../credits/credit-routes.ts';
import { forgetStatuses, readMessageNames } from '../delivery/forget-deliveries.ts';
import { forgetUnhandled } from '../inbound/forget-unhandled.ts';
import type { Enqueue } from '../jobs/catalog.ts';
import { forgetLeads } from '../leads/forget-leads.ts';
import { leadRoutes } from '../leads/lead-routes.ts';
import { leadSettingsRoutes } from '../leads/lead-settings-routes.ts';
import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import type { Route } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { hintFileDeletions } from '../media/delete-files.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import { forgetFiles } from '../media/forget-files.ts';
import type { UploadDeps } from '../media/uploads/take-upload.ts';
import { uploadRoutes } from '../media/uploads/upload-routes.ts';
import type { Calendar } from '../meetings/calendar.ts';
import { calendarConsequences } from '../meetings/connection/calendar-consequences.ts';
import { googleCalendarRoutes } from '../meetings/connection/connect-routes.ts';
import { forgetMeetings } from '../meetings/forget-meetings.ts';
import type { GoogleOAuth } from '../meetings/google/google-oauth.ts';
import { meetingRoutes } from '../meetings/meeting-routes.ts';
import { forgetNotifications } from '../notifications/forget-notifications.ts';
import { noticeRoutes } from '../notifications/notice-routes.ts';
import { notificationRoutes } from '../notifications/notification-routes.ts';
import type { NotificationRef } from '../notifications/sending/hint-notifications.ts';
import { targetRoutes } from '../notifications/targets/target-routes.ts';

import { forgetEvents } from '../realtime/forget-events.ts';
import { forgetVisitsOf } from '../webchat/forget-visits.ts';

export type ApiDeps = Omit<UploadDeps, 'app'> & {
  /** Of rapport_app: everything of a tenant. */
  app: Pool;
  /** Of rapport_admin: users, keys, and whether an account is taken. */
  admin: Pool;
  vault: Vault;
  newId: NewId;
  now: () => Date;
  channelFor: (platform: Platform) => Channel;
  enqueue: Enqueue;
  log: Log;
  /** Tells all processes that there is something to see. */
  publishLook: () => void;
  /** The addresses that files are fetched by. */
  downloads: Pick<DownloadLinks, 'urlOf' | 'isReachable'>;
  /** Says that a person of the business is writing. */
  publishPersonTyping: (conversation: { userId: string; conversationId: string }) => void;
  /** Sends a notification that is due, for the test button. */
  sendNotification: (ref: NotificationRef) => Promise<unknown>;
  calendar: Calendar;
  /** Undefined where the installation has no app at Google. */
  googleOAuth: GoogleOAuth | undefined;
  /** Where browsers reach this installation; undefined when nobody knows. */
  publicUrl: string | undefined;
  /** The model of a prompt that names none. */
  defaultModel: string;
};

/** Everything that the API does, in the order in which it is described. */
export function apiRoutes(deps: ApiDeps): Route[] {
  return [
    ...accountRoutes(deps),
    ...availabilityRoutes(deps),
    ...phoneNumberRoutes({
      ...deps,
      numberRestored: (tx, number) =>
        releaseByReason(tx, { ...number, reason: 'channel_needs_attention' }),
    }),
    ...contactRoutes({
      ...deps,
      forget: forgetEverywhere,
      filesOwed: (userId) => hintFileDeletions(deps, userId),
    }),
    ...connectAccountRoutes(deps),
    ...googleCalendarRoutes({ ...deps, ...calendarConsequences }),
    ...conversationRoutes(deps),
    ...messageRoutes(deps),
    typingRoute(deps),
    ...uploadRoutes(deps),
    ...creditRoutes({
      ...deps,
      creditsAdded: (tx, userId) => releaseByReason(tx, { userId, reason: 'out_of_credits' }),
    }),
    ...noticeRoutes({
      ...deps,
      // A notice is named after the reason for which conversations went to people.
      reasonGone: (tx, { userId, kind }) => releaseByReason(tx, { userId, reason: kind }),
    }),
    ...targetRoutes(deps),
    ...notificationRoutes(deps),
    ...meetingRoutes(deps),
    ...leadRoutes({ ...deps, costOfLead }),
    ...leadTimelineRoutes(deps),
    ...leadSettingsRoutes(deps),
    ...costRoutes(deps),
  ];
}

/** What is kept of a person, in an order that the references allow; events last, when all who write them had to wait. */
const forgetEverywhere: Forget[] = [
  forgetFiles,
  forgetNotifications,
  forgetLeads,
  forgetMeetings,
  async (tx, person) => {
    const names = await readMessageNames(tx, person);
    const forgotten = await forgetConversations(tx, person);
    await forgetStatuses(tx, person.userId, names);
    return forgotten;
  },
  forgetUnhandled,
  forgetVisitsOf,
  forgetEvents,
];
