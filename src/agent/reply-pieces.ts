import type { AgentSettings } from '../accounts/agent-settings.ts';
import type { Channel } from '../channels/channel.ts';
import type { ReplyTarget } from '../channels/reply-target.ts';
import { splitText } from '../channels/split-text.ts';
import { ensureLinks, linkUrl, type NewLinkToken } from '../leads/links/tracked-links.ts';
import type { Pool } from '../lib/db.ts';
import type { NewId } from '../lib/ids.ts';
import { cutLabel } from './cut-label.ts';
import type { OfferedLink } from './offer-link.ts';

/** One message of a reply; `content` only where it has more than text. */
export type ReplyPiece = {
  text: string;
  content?: { button?: LinkButton; inReplyTo?: ReplyTarget };
};

/** A button as it is stored and shown: what it is for, what stands on it, where it leads. */
export type LinkButton = { purpose: string; label: string; url: string };

export type LinkDeps = {
  app: Pool;
  newId: NewId;
  newToken: NewLinkToken;
  /** Where links begin for customers; undefined where nobody knows. */
  linkBase: string | undefined;
};

/** Makes the addresses of the links that were offered, each the conversation's own. */
export async function linkButtons(
  deps: LinkDeps,
  turn: { userId: string; conversationId: string; settings: Pick<AgentSettings, 'links'> },
  offered: OfferedLink[],
): Promise<LinkButton[]> {
  const { linkBase: base } = deps;
  const pages = turn.settings.links ?? {};
  const targets = offered.flatMap(({ purpose }) => {
    const targetUrl = pages[purpose];
    return targetUrl === undefined ? [] : [{ purpose, targetUrl }];
  });
  if (base === undefined || targets.length === 0) return [];
  const tokens = await ensureLinks(deps, { ...turn, targets });
  return offered.flatMap(({ purpose, label }) => {
    const token = tokens.get(purpose);
    return token === undefined ? [] : [{ purpose, label, url: linkUrl(base, token) }];
  });
}

/**
 * A reply as messages of the channel. The first button stands below the last words; each further one is a message
 * of its own, because a message has one button. Without buttons the addresses stand in the text.
 */
export function replyPieces(
  channel: Pick<Channel, 'format' | 'capabilities'>,
  text: string,
  buttons: LinkButton[],
): ReplyPiece[] {
  const [first, ...others] = buttons;
  if (first === undefined) return channel.format(text).map((piece) => ({ text: piece }));
  const { linkButton } = channel.capabilities;
  if (linkButton === null) {
    const addresses = buttons.map(({ label, url }) => `${label}: ${url}`).join('\n');
    return channel.format(`${text}\n\n${addresses}`).map((piece) => ({ text: piece }));
  }
  const { maxText, maxLabel } = linkButton;
  const withButton = (words: string, button: LinkButton): ReplyPiece => ({
    text: words,
    content: { button: { ...button, label: cutLabel(button.label, maxLabel) } },
  });
  const pieces = channel.format(text);
  const { before, last } = cutLast(pieces.at(-1) ?? first.label, maxText);
  return [
    ...[...pieces.slice(0, -1), ...before].map((piece) => ({ text: piece })),
    withButton(last, first),
    ...others.map((button) => withButton(button.label, button)),
  ];
}

/**
 * The one message that a comment takes: what does not fit is left out where a person would pause, and never the
 * addresses of the buttons.
 */
export function commentReply(
  channel: Pick<Channel, 'format' | 'capabilities'>,
  reply: { text: string; buttons: LinkButton[]; comment: ReplyTarget },
): ReplyPiece {
  const { measure, limit } = channel.capabilities.textSize;
  const addresses = reply.buttons.map(({ label, url }) => `\n${label}: ${url}`).join('');
  const below = addresses === '' ? '' : `\n${addresses}`;
  const room = Math.max(limit - measure(below), 0);
  const [first = '', ...others] = channel.format(reply.text);
  const words =
    others.length === 0 && measure(first) <= room
      ? first
      : `${splitText(first, { limit: room - measure(more), measure })[0] ?? ''}${more}`;
  return { text: `${words}${below}`, content: { inReplyTo: reply.comment } };
}

/** Stands where the rest was left out. */
const more = ' …';

/** The end of a text that is short enough, and what comes before it: cut where a person would pause. */
function cutLast(text: string, maxText: number): { before: string[]; last: string } {
  if (text.length <= maxText) return { before: [], last: text };
  const parts = splitText(text, { limit: maxText, measure: ({ length }) => length });
  const last = parts.at(-1) ?? text;
  return { before: [text.slice(0, text.length - last.length).trimEnd()], last };
}
