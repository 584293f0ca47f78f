import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../lib/json.ts';
import type { SentCall } from '../meta/sent.ts';
import type { WhatsAppWorld } from '../meta/world.ts';
import { type Posted, postInbound } from './inbound.ts';

/** What a tap led to: the page that a link button opened, as far as the first answer, or the reply that it wrote. */
export type Tapped =
  | { opened: string; status: number; location: string | null }
  | { replied: string; posted: Posted };

/** A phone of today; WhatsApp opens links in the browser of the phone. */
const browser = {
  'user-agent':
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
};

type Button =
  | { kind: 'link'; url: string }
  | { kind: 'reply'; id: string; title: string }
  | { kind: 'quick_reply'; payload: string };

/**
 * Lets a customer tap a button of the newest message that has one, or of `messageId`: `button` counts from 0.
 * `headers` go over those of a phone's browser (null takes one away), `method` may be HEAD, as link scanners
 * ask. An error text when there is nothing to tap.
 */
export async function tapButton(world: WhatsAppWorld, body: JsonObject): Promise<Tapped | string> {
  const phoneNumberId = textAt(body, 'phoneNumberId');
  const customer =
    textAt(objectAt(body, 'from'), 'waId') ?? textAt(objectAt(body, 'from'), 'userId');
  if (phoneNumberId === undefined || customer === undefined) {
    return 'phoneNumberId and from are needed';
  }
  const messageId = textAt(body, 'messageId');
  const message = world.sent
    .find({ phoneNumberId, to: customer })
    .findLast((sent) => buttonsOf(sent).length > 0 && (messageId ?? sent.id) === sent.id);
  const button = message && buttonsOf(message)[numberAt(body, 'button') ?? 0];
  if (message === undefined || button === undefined) return 'there is no such button';
  if (button.kind === 'link') return open(button.url, body);
  const content = replyTo(button, message);
  return {
    replied: button.kind === 'reply' ? button.id : button.payload,
    posted: await posted(world, { ...body, ...content }),
  };
}

function buttonsOf({ body }: SentCall): Button[] {
  const interactive = objectAt(body, 'interactive');
  const action = objectAt(interactive, 'action');
  switch (textAt(interactive, 'type')) {
    case 'cta_url':
      return [{ kind: 'link', url: textAt(objectAt(action, 'parameters'), 'url') ?? '' }];
    case 'button':
      return objectsAt(action, 'buttons').map((button) => ({
        kind: 'reply',
        id: textAt(objectAt(button, 'reply'), 'id') ?? '',
        title: textAt(objectAt(button, 'reply'), 'title') ?? '',
      }));
    default:
      return objectsAt(objectAt(body, 'template'), 'components')
        .filter((component) => textAt(component, 'sub_type') === 'quick_reply')
        .map((component) => ({
          kind: 'quick_reply',
          payload: textAt(objectsAt(component, 'parameters')[0] ?? {}, 'payload') ?? '',
        }));
  }
}

async function open(url: string, body: JsonObject): Promise<Tapped> {
  const headers = new Headers(browser);
  for (const [name, value] of Object.entries(objectAt(body, 'headers'))) {
    if (typeof value === 'string') headers.set(name, value);
    else headers.delete(name);
  }
  const method = textAt(body, 'method') ?? 'GET';
  const answer = await fetch(url, { method, headers, redirect: 'manual' });
  await answer.arrayBuffer();
  return { opened: url, status: answer.status, location: answer.headers.get('location') };
}

function replyTo(button: Exclude<Button, { kind: 'link' }>, message: SentCall): JsonObject {
  const context = { from: message.phoneNumberId, id: message.id };
  if (button.kind === 'quick_reply') {
    const { payload } = button;
    return { type: 'button', message: { button: { payload, text: payload }, context } };
  }
  const { id, title } = button;
  const interactive = { type: 'button_reply', button_reply: { id, title } };
  return { type: 'interactive', message: { interactive, context } };
}

async function posted(world: WhatsAppWorld, body: JsonObject): Promise<Posted> {
  const answer = await postInbound(world, body);
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}
