import type { NotificationToSend } from '../notifier.ts';
import {
  type LeadWords,
  moreWords,
  type NotificationWords,
  openLabel,
  takeOverLabel,
  wordsOf,
} from './render-words.ts';

/** Teams refuses more than 28 KB, and counts some characters double. */
const maxBytes = 18_000;
const maxLeads = 20;

export type TeamsElement = Record<string, unknown>;

/** What a Workflows webhook of Teams takes. */
export type TeamsMessage = {
  type: 'message';
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive';
      contentUrl: null;
      content: TeamsElement;
    },
  ];
};

/** A message as an Adaptive Card. What customers wrote stands in text runs, in which Teams reads no Markdown. */
export function renderTeams(notification: NotificationToSend): TeamsMessage {
  const words = wordsOf(notification);
  let shown = Math.min(words.leads.length, maxLeads);
  let message = teamsMessage(words, shown);
  while (shown > 1 && Buffer.byteLength(JSON.stringify(message)) > maxBytes) {
    shown -= 1;
    message = teamsMessage(words, shown);
  }
  return message;
}

function teamsMessage({ subject, intro, leads }: NotificationWords, shown: number): TeamsMessage {
  const more = moreWords(leads, shown);
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: subject,
    msteams: { width: 'Full' },
    body: [
      ...(intro === null ? [] : [textRuns([{ text: intro, color: 'warning', weight: 'bolder' }])]),
      ...leads.slice(0, shown).map(leadContainer),
      ...(more === null ? [] : [textRuns([{ text: more, isSubtle: true }])]),
    ],
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content },
    ],
  };
}

const tagColours = { Hot: 'attention', Warm: 'warning', Cold: 'accent' } as const;

function leadContainer(lead: LeadWords, place: number): TeamsElement {
  return {
    type: 'Container',
    separator: place > 0,
    spacing: 'medium',
    items: [
      textRuns([
        {
          text: lead.because,
          weight: 'bolder',
          color: lead.tag === null ? 'accent' : tagColours[lead.tag],
        },
      ]),
      textRuns([{ text: lead.who, size: 'large', weight: 'bolder' }], 'none'),
      textRuns([{ text: statusOf(lead), isSubtle: true }], 'none'),
      ...(lead.wants === null
        ? []
        : [textRuns([{ text: 'Wants: ', weight: 'bolder' }, { text: lead.wants }])]),
      ...lead.whyNow.map((quote) => textRuns([{ text: `“${quote}”`, italic: true }], 'small')),
      ...lead.promised.map((promise) =>
        textRuns([{ text: 'We promised: ', weight: 'bolder' }, { text: promise }], 'small'),
      ),
      ...actions(lead),
    ],
  };
}

function statusOf({ score, timeLeft, reachedAt }: LeadWords): string {
  return [score, timeLeft, reachedAt].filter((part) => part !== null).join('  |  ');
}

function actions({ openUrl, takeOverUrl }: LeadWords): TeamsElement[] {
  const buttons = [
    ...(openUrl === null
      ? []
      : [{ type: 'Action.OpenUrl', title: openLabel, url: openUrl, style: 'positive' }]),
    ...(takeOverUrl === null
      ? []
      : [{ type: 'Action.OpenUrl', title: takeOverLabel, url: takeOverUrl }]),
  ];
  return buttons.length === 0 ? [] : [{ type: 'ActionSet', actions: buttons }];
}

function textRuns(runs: Record<string, unknown>[], spacing = 'default'): TeamsElement {
  return {
    type: 'RichTextBlock',
    spacing,
    inlines: runs.map((run) => ({ type: 'TextRun', ...run })),
  };
}
