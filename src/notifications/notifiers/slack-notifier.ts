import type { Notifier } from '../notifier.ts';
import type { HttpPost } from './http-post.ts';
import { outcomeOfPost } from './post-outcome.ts';
import { renderSlack } from './render-slack.ts';

/** Tells a Slack channel through an incoming webhook, whose address is also its key. */
export function slackNotifier({ http }: { http: HttpPost }): Notifier {
  return {
    kind: 'slack',
    async send(target, notification, handingOver) {
      const answer = await http.post({
        url: target.address,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(renderSlack(notification)),
        now: notification.now,
        handingOver,
      });
      return outcomeOfPost(answer, { serverErrorIsRefusal: false, wordOf: slackWord });
    },
  };
}

/** Slack answers a word such as `no_service` or `channel_is_archived`. */
function slackWord(body: string): string | undefined {
  return /^[a-z_]{1,40}$/.exec(body.trim())?.[0];
}
