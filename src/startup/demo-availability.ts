import { z } from 'zod';
import { addPerson, listPeople } from '../availability/bookable-people.ts';
import { changeProfile } from '../availability/business-profiles.ts';
import { type Db, rows } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { demoPeople, demoProfile } from './demo-business.ts';

/** Lets the demo business be met by each of its agents that has no profile; what somebody changed stays as it is. */
export async function addMissingProfiles(
  tx: Db,
  deps: { newId: NewId },
  userId: string,
): Promise<void> {
  const missing = await rows(
    tx,
    z.object({ agentId: z.string() }),
    `select a.agent_id as "agentId" from agents a
      where a.user_id = $1
        and not exists (select from business_profiles p where p.user_id = $1 and p.agent_id = a.agent_id)
      order by a.agent_id`,
    [userId],
  );
  if (missing.length === 0) return;
  // Before the profiles, which would add a person of their own.
  const [somebody] = await listPeople(tx, userId, { limit: 1 });
  if (somebody === undefined) {
    for (const person of demoPeople) await addPerson(tx, deps, userId, person);
  }
  for (const { agentId } of missing) {
    await changeProfile(tx, deps, { userId, agentId }, demoProfile);
  }
}
