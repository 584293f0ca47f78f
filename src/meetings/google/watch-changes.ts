import { z } from 'zod';
import type { Calendar } from '../calendar.ts';
import { CalendarRefused } from '../calendar-errors.ts';
import type { GoogleClient } from './google-calendar.ts';
import { readEvent } from './read-event.ts';

const Page = z.object({
  items: z.array(z.unknown()).catch([]),
  nextPageToken: z.string().nullish().catch(null),
  nextSyncToken: z.string().nullish().catch(null),
});

const OpenedChannel = z.object({
  resourceId: z.string(),
  /** Milliseconds, as text. */
  expiration: z.coerce.number().int().positive(),
});

/** How a calendar tells what changed in it: the part of a Calendar that is about changes. */
export function changeMethods(
  google: GoogleClient,
): Pick<Calendar, 'changes' | 'watch' | 'unwatch'> {
  const { events, channels } = google.client;
  return {
    changes: async (access, { calendarId, syncToken, pageToken, since }) => {
      // Google takes a beginning with the first look only; everything else has to stay as it was then.
      const from = syncToken === null ? { timeMin: since.toISOString() } : { syncToken };
      const params = {
        calendarId,
        singleEvents: true,
        showDeleted: true,
        maxResults: 250,
        ...from,
        ...(pageToken === null ? {} : { pageToken }),
      };
      const answered = await google.callUnless([410], 'events.list', () =>
        events.list(params, google.with(access)),
      );
      if ('failure' in answered) return { changes: 'token_expired' };
      const page = Page.safeParse(answered.data);
      if (!page.success) throw new CalendarRefused('Google answered what is no list of events');
      return {
        changes: 'page',
        events: page.data.items.map(readEvent),
        nextPageToken: page.data.nextPageToken ?? null,
        nextSyncToken: page.data.nextSyncToken ?? null,
      };
    },
    watch: async (access, { calendarId, channelId, token, address, endsAt }) => {
      const requestBody = {
        id: channelId,
        type: 'web_hook',
        address,
        token,
        expiration: String(endsAt.getTime()),
      };
      const data = await google.call('events.watch', () =>
        events.watch({ calendarId, requestBody }, google.with(access)),
      );
      const channel = OpenedChannel.safeParse(data);
      if (!channel.success) throw new CalendarRefused('Google answered what is no channel');
      const { resourceId, expiration } = channel.data;
      return { resourceId, endsAt: new Date(expiration) };
    },
    unwatch: async (access, { channelId, resourceId }) => {
      await google.callUnless([404, 410], 'channels.stop', () =>
        channels.stop({ requestBody: { id: channelId, resourceId } }, google.with(access)),
      );
    },
  };
}
