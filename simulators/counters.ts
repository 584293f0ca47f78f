/** How often each thing happened since the start or the last reset; always kept, also when nothing is recorded. */
export type Counters = ReturnType<typeof createCounters>;

export function createCounters() {
  return {
    sendsAccepted: 0,
    sendsRefused: 0,
    sendsUnanswered: 0,
    reads: 0,
    accessChecks: 0,
    profilesAsked: 0,
    tokenRefreshesAsked: 0,
    tokenRefreshes: 0,
    mediaDownloads: 0,
    mediaUploads: 0,
    statusesQueued: 0,
    webhooksPosted: 0,
    webhooksRefused: 0,
    webhooksRedelivered: 0,
    webhooksGivenUp: 0,
    modelRequests: 0,
    modelAnswers: 0,
    modelErrors: 0,
    modelAborted: 0,
    transcriptions: 0,
    googleRequests: 0,
    googleTokenRefreshes: 0,
    googleNotifications: 0,
  };
}
