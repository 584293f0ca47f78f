import type { NotificationToSend } from '../notifier.ts';
import { cutWithin } from './render-line.ts';
import { type LeadWords, moreWords, openLabel, takeOverLabel, wordsOf } from './render-words.ts';

/** What Slack takes: https://docs.slack.dev/reference/block-kit/blocks. */
const maxHeader = 150;
const maxPlainText = 1_900;
/** Four blocks a lead, and three around them, stay under the 50 of a message. */
const maxLeads = 11;

type SlackText = { type: 'plain_text'; text: string; emoji: false } | SlackMarkdown;
type SlackMarkdown = { type: 'mrkdwn'; text: string; verbatim: true };
type SlackButton = {
  type: 'button';
  text: SlackText;
  url: string;
  action_id: string;
  style?: 'primary';
};

export type SlackBlock =
  | { type: 'header'; text: SlackText }
  | { type: 'section'; text: SlackText }
  | { type: 'context'; elements: SlackText[] }
  | { type: 'actions'; elements: SlackButton[] }
  | { type: 'divider' };

/** What an incoming webhook of Slack takes. `text` is what phones and old programs show. */
export type SlackMessage = {
  text: string;
  blocks: SlackBlock[];
  unfurl_links: false;
  unfurl_media: false;
};

/**
 * A message in Block Kit. Its buttons open pages; Slack shows a warning sign next to a button that was pressed unless
 * its app has an interactivity address, and opens the page all the same.
 */
export function renderSlack(notification: NotificationToSend): SlackMessage {
  const { subject, intro, leads } = wordsOf(notification);
  const shown = leads.slice(0, maxLeads);
  const isDigest = notification.kind === 'digest';
  const blocks: SlackBlock[] = [
    ...(isDigest ? [] : [header(shown[0]?.because ?? subject)]),
    ...(intro === null ? [] : [section(escapeSlack(intro, maxPlainText))]),
    ...shown.flatMap((lead, place) => leadBlocks(lead, place, isDigest)),
    ...moreBlocks(moreWords(leads, maxLeads)),
  ];
  return {
    text: escapeSlack(subject, 1_000),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/**
 * Text as it may stand in Slack's mark-up, at most `maxLength` long when escaped. Without `<` nobody can mention a
 * channel or hide an address behind a word; backticks could swallow the lines below.
 */
export function escapeSlack(text: string, maxLength: number): string {
  return cutWithin(text, maxLength, (character) => escapes[character] ?? character);
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': "'" };

function leadBlocks(lead: LeadWords, place: number, isDigest: boolean): SlackBlock[] {
  const status = [lead.score, lead.timeLeft].filter((part) => part !== null).join('  |  ');
  return [
    ...(place > 0 ? [{ type: 'divider' } as const] : []),
    section(leadMarkdown(lead, isDigest)),
    {
      type: 'context',
      elements: [...(status === '' ? [] : [plain(status)]), plain(lead.reachedAt)],
    },
    ...buttons(lead, place),
  ];
}

/** The parts are cut one by one, so that together they stay under the 3,000 characters of a section. */
function leadMarkdown(lead: LeadWords, isDigest: boolean): string {
  return [
    `*${escapeSlack(lead.who, 250)}*${isDigest ? ` – ${escapeSlack(lead.because, 200)}` : ''}`,
    ...(lead.wants === null ? [] : [`*Wants:* ${escapeSlack(lead.wants, 480)}`]),
    ...lead.whyNow.map((quote) => `> ${escapeSlack(quote, 380)}`),
    ...lead.promised.map((promise) => `*We promised:* ${escapeSlack(promise, 250)}`),
  ].join('\n');
}

function buttons({ openUrl, takeOverUrl }: LeadWords, place: number): SlackBlock[] {
  const elements: SlackButton[] = [
    ...(openUrl === null
      ? []
      : [button({ label: openLabel, url: openUrl, id: `open_${place}`, style: 'primary' })]),
    ...(takeOverUrl === null
      ? []
      : [button({ label: takeOverLabel, url: takeOverUrl, id: `take_over_${place}` })]),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function button(given: { label: string; url: string; id: string; style?: 'primary' }): SlackButton {
  const { label, url, id, style } = given;
  return {
    type: 'button',
    text: plain(label),
    url,
    action_id: id,
    ...(style === undefined ? {} : { style }),
  };
}

function moreBlocks(more: string | null): SlackBlock[] {
  return more === null ? [] : [{ type: 'context', elements: [plain(more)] }];
}

function header(text: string): SlackBlock {
  return { type: 'header', text: plain(text, maxHeader) };
}

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** Slack reads entities in plain text too. */
function plain(text: string, maxLength = maxPlainText): SlackText {
  return { type: 'plain_text', text: escapeSlack(text, maxLength), emoji: false };
}
