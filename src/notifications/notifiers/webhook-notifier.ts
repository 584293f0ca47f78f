import { Webhook } from 'standardwebhooks';
import type { Notifier } from '../notifier.ts';
import type { HttpPost } from './http-post.ts';
import { outcomeOfPost } from './post-outcome.ts';
import { renderWebhook } from './render-webhook.ts';

/**
 * Tells a system of the business's, signed by the Standard Webhooks scheme with the target's secret (`whsec_…`).
 * `webhook-id` is the notification's id, the same in every attempt, so that the receiver can tell twice from once.
 */
export function webhookNotifier({ http }: { http: HttpPost }): Notifier {
  return {
    kind: 'webhook',
    async send(target, notification, handingOver) {
      const { notificationId, now } = notification;
      const body = JSON.stringify(renderWebhook(notification));
      const signature = sign(target.secret, { id: notificationId, now, body });
      if (signature === undefined) {
        return { outcome: 'refused', error: 'the target has no secret to sign with' };
      }
      const answer = await http.post({
        url: target.address,
        headers: {
          'content-type': 'application/json',
          'webhook-id': notificationId,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': signature,
        },
        body,
        now,
        handingOver,
      });
      return outcomeOfPost(answer, { serverErrorIsRefusal: true });
    },
  };
}

function sign(
  secret: string | null,
  { id, now, body }: { id: string; now: Date; body: string },
): string | undefined {
  try {
    return secret === null ? undefined : new Webhook(secret).sign(id, now, body);
  } catch {
    // The library refuses what is no base64.
    return undefined;
  }
}
