import { z } from 'zod';
import type { Notifier } from '../notifier.ts';
import type { HttpPost } from './http-post.ts';
import { outcomeOfPost } from './post-outcome.ts';
import { renderTeams } from './render-teams.ts';

/**
 * Tells a channel of Microsoft Teams through the webhook of a workflow, whose address is also its key. A workflow
 * answers 202 when it has the card; whether it could show it, only its own history says.
 */
export function teamsNotifier({ http }: { http: HttpPost }): Notifier {
  return {
    kind: 'teams',
    async send(target, notification, handingOver) {
      const answer = await http.post({
        url: target.address,
        // Without the charset Teams counts each character as two bytes of its limit.
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(renderTeams(notification)),
        now: notification.now,
        handingOver,
      });
      return outcomeOfPost(answer, { serverErrorIsRefusal: false, wordOf: teamsWord });
    },
  };
}

const TeamsError = z.object({ error: z.object({ code: z.string().regex(/^\w{1,60}$/) }) });

function teamsWord(body: string): string | undefined {
  try {
    return TeamsError.safeParse(JSON.parse(body)).data?.error.code;
  } catch {
    return undefined;
  }
}
