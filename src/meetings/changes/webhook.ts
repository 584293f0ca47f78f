import express from 'express';
import { z } from 'zod';
import type { Enqueue } from '../../jobs/catalog.ts';
import { maybeRow, type Pool } from '../../lib/db.ts';
import type { Vault } from '../../lib/encryption.ts';
import { errorText } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { isChannelToken } from './channel-token.ts';

export type ChangeWebhookDeps = { receiver: Pool; vault: Vault; enqueue: Enqueue; log: Log };

/** Where Google tells that something changed. */
export const changeWebhookPath = '/webhooks/google/calendar';

const Told = z.object({
  'x-goog-channel-id': z.string().min(1).max(64),
  'x-goog-channel-token': z.string().min(1).max(256),
  'x-goog-resource-state': z.string(),
});
const CalendarRef = z.object({ userId: z.string(), calendarId: z.string() });

/**
 * `POST /webhooks/google/calendar`: has the calendar of a channel looked at. The token is checked before anything else,
 * and whoever shows a wrong one learns nothing. 200 after the commit; 503 when it cannot be stored, so that Google
 * comes again.
 */
export function changeWebhookRouter(deps: ChangeWebhookDeps): express.Router {
  const router = express.Router();
  router.post(changeWebhookPath, async (req, res) => {
    // There is never a body: who sends one is cut off with the connection.
    res.set('Connection', 'close');
    const told = Told.safeParse(req.headers);
    if (!told.success) return void res.status(401).end();
    const { 'x-goog-channel-id': channelId, 'x-goog-channel-token': token } = told.data;
    if (!isChannelToken(deps.vault, channelId, token)) return void res.status(401).end();
    // The first word of a channel comes before we know that it is open.
    if (told.data['x-goog-resource-state'] === 'sync') return void res.status(200).end();
    try {
      const calendar = await markChanged(deps.receiver, channelId);
      if (calendar === undefined) return void res.status(404).end();
      res.status(200).end();
      await hint(deps, calendar);
    } catch (error) {
      deps.log.error('a change could not be noted', { error: errorText(error) });
      res.status(503).end();
    }
  });
  return router;
}

function markChanged(receiver: Pool, channelId: string) {
  return maybeRow(
    receiver,
    CalendarRef,
    `update google_calendar_syncs
        set look_at = now(), last_told_at = now()
      where channel_id = $1 or old_channel_id = $1
      returning user_id as "userId", calendar_id as "calendarId"`,
    [channelId],
  );
}

async function hint(
  { enqueue, log }: ChangeWebhookDeps,
  calendar: z.infer<typeof CalendarRef>,
): Promise<void> {
  try {
    await enqueue('meetings.changes', { items: [calendar] });
  } catch (error) {
    const told = { job: 'meetings.changes', error: errorText(error) };
    log.warn('a hint was lost; the sweep will find the work', told);
  }
}
