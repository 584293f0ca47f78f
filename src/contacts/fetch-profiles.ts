import type { Pool } from '../lib/db.ts';
import type { Vault } from '../lib/encryption.ts';
import { errorText, TransientError } from '../lib/errors.ts';
import { createHands } from '../lib/hands.ts';
import type { Log } from '../lib/log.ts';
import {
  type ClaimedProfile,
  claimProfiles,
  keepProfile,
  type ProfileRef,
} from './claim-profiles.ts';

export type ProfileDeps = {
  app: Pool;
  vault: Vault;
  /** Asks the provider who a customer is; throws a TransientError when another try may help. */
  askProfile: (
    claimed: ClaimedProfile,
    accessToken: string,
  ) => Promise<{ name?: string; username?: string }>;
  log: Log;
};

/**
 * Asks for the profiles of contacts that are due. A courtesy: nothing waits for it, what fails is tried again a few
 * times, and is then left at that.
 */
export async function fetchProfiles(deps: ProfileDeps, wanted: ProfileRef[]): Promise<void> {
  const hands = createHands(askedAtOnce);
  const claimed = await claimProfiles(deps.app, wanted);
  await Promise.all(
    claimed.map(async (one) => {
      await hands.take();
      try {
        const profile = await ask(deps, one);
        if (profile !== undefined) await keepProfile(deps.app, one, profile);
      } finally {
        hands.letGo();
      }
    }),
  );
}

/** A provider that does not answer holds up some of a batch, and the others are done before they are due again. */
const askedAtOnce = 20;

/** What is known now, `{}` where the provider will not say, undefined where it is asked again. */
async function ask(
  deps: ProfileDeps,
  claimed: ClaimedProfile,
): Promise<{ name?: string; username?: string } | undefined> {
  try {
    const accessToken = deps.vault.decrypt(claimed.accessToken, claimed.phoneNumberId);
    return await deps.askProfile(claimed, accessToken);
  } catch (error) {
    const { contactId, attempts } = claimed;
    deps.log.info('no profile of a contact', { contactId, attempts, error: errorText(error) });
    return error instanceof TransientError ? undefined : {};
  }
}
