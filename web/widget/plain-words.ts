import { type Block, readMarkdown } from './markdown.ts';
import type { Inline } from './markdown-inlines.ts';

/** What Markdown says, without its marks: for those who hear it. */
export function plainWords(text: string): string {
  return readMarkdown(text).map(wordsOf).join('\n');
}

function wordsOf(block: Block): string {
  switch (block.is) {
    case 'paragraph':
    case 'heading':
      return spoken(block.inside);
    case 'code':
      return block.text;
    case 'rule':
      return '';
    case 'quote':
      return block.blocks.map(wordsOf).join('\n');
    case 'list':
      return block.items.flatMap((item) => item.map(wordsOf)).join('\n');
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(spoken).join(', ')).join('\n');
  }
}

function spoken(inlines: Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.is === 'break') return '\n';
      return 'inside' in inline ? spoken(inline.inside) : inline.text;
    })
    .join('');
}
