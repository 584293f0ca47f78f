import { type JsonObject, textAt } from '../lib/json.ts';
import type { InstagramFault } from './faults.ts';
import { customerEvent, echoEvent, instagramEnvelope } from './payloads.ts';
import type { InstagramWorld } from './world.ts';

/** A message that the customer has now. */
export type SentMessage = {
  accountId: string;
  customer: string;
  id: string;
  text: string;
  /** `{}` without a file. */
  attachment: JsonObject;
};

/**
 * Posts the echo of a message, when it is due and as often as the fault says. Resolves at once, but for
 * `before_answer`: then when the app has answered the echo.
 */
export async function postEchoes(
  world: InstagramWorld,
  sent: SentMessage,
  fault: InstagramFault['echo'],
): Promise<void> {
  const { settings, timers, now, sender, events } = world;
  if (fault === 'none' || !settings.echoes) return;
  // As Instagram might set it anew: other white space, and the rest alike.
  const text = fault === 'altered' ? ` ${sent.text.replaceAll('\n', ' \n')} ` : sent.text;
  const post = () => {
    const { accountId, customer, id } = sent;
    events.publish({ type: 'echo', accountId, customer, messageId: id });
    const echo = echoEvent({ ...sent, atMs: now() }, echoOf(sent, text));
    return sender.deliver(envelope(sent, echo, now()));
  };
  if (fault === 'before_answer' || fault === 'altered') {
    await post();
    return;
  }
  const times = fault === 'duplicated' ? 2 : 1;
  for (let count = 0; count < times; count += 1) {
    timers.after(settings.echoAfterMs, () => void post());
  }
}

/** Of a file its type and where Instagram keeps it; of a text its words. */
function echoOf({ id, attachment }: SentMessage, text: string): JsonObject {
  return textAt(attachment, 'type') === undefined
    ? { mid: id, text }
    : { mid: id, attachments: [attachment] };
}

/** Lets the customer see a message when the settings say so. */
export function postSeen(world: InstagramWorld, sent: SentMessage): void {
  const { settings, timers, now, sender, events } = world;
  if (settings.readAfterMs === null || !settings.statuses) return;
  timers.after(settings.readAfterMs, () => {
    const { accountId, customer, id } = sent;
    events.publish({ type: 'read', accountId, customer, messageId: id });
    const seen = customerEvent({ ...sent, atMs: now() }, { read: { mid: id } });
    void sender.deliver(envelope(sent, seen, now()));
  });
}

function envelope({ accountId }: SentMessage, event: JsonObject, timeMs: number): JsonObject {
  return instagramEnvelope(accountId, [event], { timeMs });
}
