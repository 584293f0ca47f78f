import { z } from 'zod';
import { parseAgentSettings } from '../../accounts/agent-settings.ts';
import { reminderMinutesOf } from '../../accounts/meeting-settings.ts';
import { type Db, maybeRow } from '../../lib/db.ts';
import type { MeetingRow } from '../meeting.ts';

const SettingsRow = z.object({ settings: z.unknown().transform(parseAgentSettings) });

/** How many minutes before a meeting its customer is reminded, as its agent has it. */
export async function readReminderMinutes(
  tx: Db,
  { userId, agentId }: Pick<MeetingRow, 'userId' | 'agentId'>,
): Promise<number[]> {
  const agent = await maybeRow(
    tx,
    SettingsRow,
    'select settings from agents where user_id = $1 and agent_id = $2',
    [userId, agentId],
  );
  return agent === undefined ? [] : reminderMinutesOf(agent.settings);
}
