import { createHash } from 'node:crypto';
import { escapeHtml } from '../lib/http/html.ts';

/** What a page says to the business at the end: a title and lines of text, and where it may go back to. */
export type OAuthWords = { title: string; lines: string[]; backTo?: string | undefined };

const style = `
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem }
`;

/** A page of text and nothing else. */
export function oauthPage({ title, lines, backTo }: OAuthWords): string {
  const back =
    backTo === undefined
      ? ''
      : `<p><a href="${escapeHtml(backTo)}">Back to where you came from</a></p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
${back}
</body>
</html>
`;
}

/** The address of these pages has a ticket or a code in it: it is stored nowhere, and told to nobody. */
export const oauthHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex, nofollow',
};
