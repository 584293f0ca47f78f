import type { NotificationToSend } from '../notifier.ts';
import { renderText } from './render-text.ts';
import {
  type LeadWords,
  maxMailedLeads,
  moreWords,
  openLabel,
  takeOverLabel,
  wordsOf,
} from './render-words.ts';

/** An e-mail: readable as text, and as HTML in light and dark mode without anything loaded from elsewhere. */
export type RenderedEmail = { subject: string; text: string; html: string };

/** Whatever the customer wrote stands in the HTML as text. */
export function renderEmail(notification: NotificationToSend): RenderedEmail {
  const { subject, intro, leads } = wordsOf(notification);
  const introHtml =
    intro === null
      ? ''
      : `<p class="intro" style="margin:0 0 16px;padding:10px 14px;border-radius:8px;background:#fff3d3;color:#5d4300">${escapeHtml(intro)}</p>`;
  const leadsHtml = leads.slice(0, maxMailedLeads).map(leadHtml).join('');
  const more = moreWords(leads, maxMailedLeads);
  const moreHtml = more === null ? '' : `<p class="muted" style="color:#5a6762">${more}</p>`;
  return {
    subject,
    text: renderText(notification).text,
    html: page(subject, `${introHtml}${leadsHtml}${moreHtml}`),
  };
}

/** Text as it may stand in HTML, between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// Mail programs that know no style sheets show the inline styles, which are light; the others may turn dark.
const darkStyles = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body, .paper { background: #0e1413 !important; }
  .card { background: #161e1c !important; border-color: #28332f !important; }
  .ink { color: #e7ece9 !important; }
  .muted { color: #9aaaa4 !important; }
  .quote { border-color: #46c2a4 !important; }
  .intro { background: #332a10 !important; color: #f4dc9a !important; }
  .main-button { background: #46c2a4 !important; color: #04231c !important; }
  .other-button { border-color: #9aaaa4 !important; color: #e7ece9 !important; }
}`;

const font = `font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
const tagColours = { Hot: '#b4471f', Warm: '#8a5a00', Cold: '#40607a' } as const;

function page(subject: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<title>${escapeHtml(subject)}</title>
<style>${darkStyles}</style>
</head>
<body style="margin:0;padding:0;background:#f5f2eb">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" style="background:#f5f2eb"><tr><td align="center" style="padding:20px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px"><tr><td class="ink" style="${font};font-size:16px;line-height:1.45;color:#1b2421;text-align:left">
${content}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function leadHtml(lead: LeadWords): string {
  return `<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="background:#ffffff;border:1px solid #e3ddd1;border-radius:12px;margin:0 0 16px"><tr><td class="ink" style="padding:18px 20px;${font};color:#1b2421">
${statusLine(lead)}
<h1 class="ink" style="margin:6px 0 2px;font-size:20px;line-height:1.25;color:#1b2421">${escapeHtml(lead.who)}</h1>
<p class="muted" style="margin:0 0 12px;font-size:14px;color:#5a6762">${escapeHtml(lead.reachedAt)}</p>
${lead.wants === null ? '' : `<p class="ink" style="margin:0 0 12px;font-size:17px;color:#1b2421"><strong>Wants:</strong> ${escapeHtml(lead.wants)}</p>`}
${lead.whyNow.map(quoteHtml).join('')}
${promisedHtml(lead.promised)}
${timeHtml(lead.timeLeft)}
${buttonsHtml(lead)}
</td></tr></table>`;
}

function statusLine({ because, score, tag }: LeadWords): string {
  const colour = tag === null ? '#40607a' : tagColours[tag];
  const badge =
    score === null
      ? ''
      : `<span style="display:inline-block;padding:2px 10px;border-radius:99px;background:${colour};color:#ffffff;font-size:13px;font-weight:600">${escapeHtml(score)}</span> `;
  return `<p class="muted" style="margin:0;font-size:14px;color:#5a6762">${badge}${escapeHtml(because)}</p>`;
}

function quoteHtml(quote: string): string {
  return `<p class="ink quote" style="margin:0 0 8px;padding:2px 0 2px 12px;border-left:3px solid #0f6b5c;color:#1b2421">“${escapeHtml(quote)}”</p>`;
}

function promisedHtml(promised: string[]): string {
  if (promised.length === 0) return '';
  const items = promised.map((promise) => `<li style="margin:0 0 2px">${escapeHtml(promise)}</li>`);
  return `<p class="ink" style="margin:12px 0 2px;font-weight:600;color:#1b2421">We promised</p><ul class="ink" style="margin:0 0 12px;padding-left:20px;color:#1b2421">${items.join('')}</ul>`;
}

function timeHtml(timeLeft: string | null): string {
  if (timeLeft === null) return '';
  return `<p class="ink" style="margin:12px 0;font-weight:600;color:#1b2421">${escapeHtml(timeLeft)}</p>`;
}

function buttonsHtml({ openUrl, takeOverUrl }: LeadWords): string {
  const shape =
    'display:inline-block;margin:0 8px 8px 0;padding:11px 18px;border-radius:99px;font-weight:600;text-decoration:none';
  const open =
    openUrl === null
      ? ''
      : `<a class="main-button" href="${escapeHtml(openUrl)}" style="${shape};background:#0f6b5c;color:#ffffff">${openLabel}</a>`;
  const takeOver =
    takeOverUrl === null
      ? ''
      : `<a class="other-button" href="${escapeHtml(takeOverUrl)}" style="${shape};border:1px solid #5a6762;color:#1b2421">${takeOverLabel}</a>`;
  return open === '' && takeOver === '' ? '' : `<p style="margin:14px 0 0">${open}${takeOver}</p>`;
}
