import { Router } from 'express';
import { z } from 'zod';
import type { Now } from '../../lib/clock.ts';
import { type Db, maybeRow, type Pool } from '../../lib/db.ts';
import { NotFound } from '../../lib/http/http-errors.ts';
import { asTenant } from '../../lib/tenant.ts';
import { type MeetingRef, MeetingRow, meetingColumns } from '../meeting.ts';
import { meetingFile } from './ics.ts';
import type { IcsLinks } from './ics-links.ts';
import { readReminderMinutes } from './read-reminder-minutes.ts';

export type IcsRouterDeps = { app: Pool; now: Now; links: Pick<IcsLinks, 'read'> };

/** `GET /meetings/:token.ics`: a meeting as it is now, to whoever was given its address. What cannot be had is 404. */
export function icsRouter(deps: IcsRouterDeps): Router {
  const router = Router();
  router.get('/meetings/:token.ics', async (req, res) => {
    const wanted = deps.links.read(req.params.token);
    const found =
      wanted === undefined
        ? undefined
        : await asTenant(deps.app, wanted.userId, (tx) => findMeetingFile(tx, wanted));
    if (found === undefined) throw new NotFound('meeting');
    const { method, body } = meetingFile({ ...found, now: deps.now() });
    res.set({
      'Content-Type': `text/calendar; charset=utf-8; method=${method}`,
      'Content-Disposition': 'attachment; filename="meeting.ics"',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
    });
    res.end(body);
  });
  return router;
}

const FileRow = MeetingRow.extend({
  organizerName: z.string(),
  organizerEmail: z.string().nullable(),
});

async function findMeetingFile(tx: Db, ref: MeetingRef) {
  const meeting = await maybeRow(
    tx,
    FileRow,
    `select ${meetingColumns}, p.name as "organizerName", p.email as "organizerEmail"
       from meetings m
       join bookable_people p on p.user_id = m.user_id and p.person_id = m.person_id
      where m.user_id = $1 and m.meeting_id = $2 and m.status not in ('held', 'lapsed')`,
    [ref.userId, ref.meetingId],
  );
  if (meeting === undefined) return undefined;
  const { organizerName: name, organizerEmail: email } = meeting;
  return {
    meeting,
    organizer: email === null ? null : { name, email },
    reminderMinutes: await readReminderMinutes(tx, meeting),
  };
}
