import type { Marks } from '../markdown/marks.ts';
import { showMarkdown } from '../markdown/show-markdown.ts';

/** WhatsApp's one back tick cannot hold another, three can. */
const marks: Marks = {
  bold: '*',
  italic: '_',
  strike: '~',
  code: (code) => (code.includes('`') ? `\`\`\`${code}\`\`\`` : `\`${code}\``),
  codeBlock: (code) => `\`\`\`\n${code}\n\`\`\``,
};

/** Markdown as models write it, as the text that WhatsApp shows alike, in its own marks. */
export function toWhatsAppText(markdown: string): string {
  return showMarkdown(markdown, marks);
}
