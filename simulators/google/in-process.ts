import type { JsonObject } from '../lib/json.ts';
import type { Channel } from './channels.ts';
import { invalidateSyncTokens, revokeGoogle } from './control.ts';
import type { Invitation } from './invitations.ts';
import { personActs } from './person-acts.ts';
import type { GoogleRequest } from './requests.ts';
import { type EventFilter, type ShownEvent, shownEvents } from './shown-events.ts';
import type { GoogleWorld } from './world.ts';

/** Tokens as the consent of a person would give them. */
export type GoogleGrant = { accessToken: string; refreshToken: string; expiresAt: Date };

/** What tests in the same process use of the simulated Google. */
export type GoogleInProcess = {
  /** The events, as `GET /_simulator/google/events` shows them: without `status`, none that was cancelled. */
  googleEvents(filter?: EventFilter): ShownEvent[];
  /** The requests so far, as `GET /_simulator/google/requests` shows them. */
  googleRequests(): GoogleRequest[];
  /** The mails to who is invited, as `GET /_simulator/google/invitations` shows them. */
  googleInvitations(): Invitation[];
  /** The channels that are open. */
  googleChannels(): Channel[];
  /** How often the account's tokens were renewed. */
  googleRefreshes(email: string): number;
  /** Does something in a calendar by hand, as `POST /_simulator/google/acts` does; throws when it makes no sense. */
  googlePersonActs(act: JsonObject): ShownEvent;
  /** Tokens for an account without the way over the consent page; `scopes` in full. */
  grantGoogle(email: string, scopes: string[]): GoogleGrant;
  /** Has every token of an account refused that it has now. */
  revokeGoogle(email: string): void;
  /** Has every sync token refused that was given, with 410. */
  invalidateGoogleSyncTokens(): void;
};

/** What of a simulated Google is for tests in the same process. */
export function googleInProcess(world: GoogleWorld): GoogleInProcess {
  return {
    googleEvents: (filter) => shownEvents(world, filter),
    googleRequests: () => world.requests.entries(),
    googleInvitations: () => world.invitations.entries(),
    googleChannels: () => world.channels.all(),
    googleRefreshes: (email) => world.accounts.of(email).refreshes,
    googlePersonActs(act) {
      const acted = personActs(world, act);
      if (typeof acted === 'string') throw new Error(acted);
      return acted;
    },
    grantGoogle(email, scopes) {
      world.accounts.of(email);
      const now = world.now();
      const lifeMs = world.settings.googleTokenLifeMs;
      return {
        accessToken: world.tokens.access({ email, scopes }, { now, lifeMs }),
        refreshToken: world.tokens.refresh({ email, scopes }, now),
        expiresAt: new Date(now + lifeMs),
      };
    },
    revokeGoogle: (email) => revokeGoogle(world, email),
    invalidateGoogleSyncTokens: () => invalidateSyncTokens(world),
  };
}
