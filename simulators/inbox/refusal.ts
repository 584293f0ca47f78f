import { type JsonObject, objectAt, objectsAt, textAt } from '../lib/json.ts';

export const inboxKinds = ['slack', 'teams', 'webhook'] as const;
export type InboxKind = (typeof inboxKinds)[number];

export type Refusal = { status: number; text: string };

/** What the real one would refuse of a post, as far as its documentation says; undefined when it takes it. */
export function refusalOf(
  kind: InboxKind,
  raw: string,
  body: JsonObject | null,
): Refusal | undefined {
  if (kind === 'webhook') return undefined;
  if (body === null) return { status: 400, text: 'invalid_payload' };
  return kind === 'slack' ? slackRefusal(body) : teamsRefusal(raw, body);
}

function slackRefusal(body: JsonObject): Refusal | undefined {
  const blocks = objectsAt(body, 'blocks');
  if ((textAt(body, 'text') ?? '') === '' && blocks.length === 0) {
    return { status: 400, text: 'no_text' };
  }
  const ids = blocks.flatMap((block) =>
    objectsAt(block, 'elements').flatMap((element) => textAt(element, 'action_id') ?? []),
  );
  const fits =
    blocks.length <= 50 && new Set(ids).size === ids.length && blocks.every(isSlackBlock);
  return fits ? undefined : { status: 400, text: 'invalid_blocks' };
}

function isSlackBlock(block: JsonObject): boolean {
  const length = (textAt(objectAt(block, 'text'), 'text') ?? '').length;
  const elements = objectsAt(block, 'elements');
  switch (textAt(block, 'type')) {
    case 'header':
      return length > 0 && length <= 150;
    case 'section':
      return length > 0 && length <= 3_000;
    case 'context':
      return elements.length > 0 && elements.length <= 10 && elements.every(hasContextText);
    case 'actions':
      return elements.length > 0 && elements.length <= 25 && elements.every(isSlackButton);
    case 'divider':
      return true;
    default:
      return false;
  }
}

function hasContextText(element: JsonObject): boolean {
  const length = (textAt(element, 'text') ?? '').length;
  return length > 0 && length <= 2_000;
}

function isSlackButton(element: JsonObject): boolean {
  const label = textAt(objectAt(element, 'text'), 'text') ?? '';
  const url = textAt(element, 'url') ?? '';
  return label.length > 0 && label.length <= 75 && url.length <= 3_000 && URL.canParse(url);
}

/** A workflow takes one Adaptive Card of a version that Teams shows, in a message of at most 28 KB. */
function teamsRefusal(raw: string, body: JsonObject): Refusal | undefined {
  if (Buffer.byteLength(raw) > 28 * 1024)
    return { status: 413, text: '{"error":{"code":"RequestEntityTooLarge"}}' };
  const [attachment] = objectsAt(body, 'attachments');
  const card = objectAt(attachment ?? {}, 'content');
  const isCard =
    textAt(body, 'type') === 'message' &&
    textAt(attachment ?? {}, 'contentType') === 'application/vnd.microsoft.card.adaptive' &&
    textAt(card, 'type') === 'AdaptiveCard' &&
    /^1\.[0-5]$/.test(textAt(card, 'version') ?? '') &&
    objectsAt(card, 'body').length > 0;
  return isCard ? undefined : { status: 400, text: '{"error":{"code":"InvalidCard"}}' };
}
