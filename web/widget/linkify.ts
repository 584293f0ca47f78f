import { addressIn } from './links.ts';
import type { Inline } from './markdown-inlines.ts';

/** A written text with its addresses made links, and nothing else. */
export function linkify(text: string): Inline[] {
  const inlines: Inline[] = [];
  let from = 0;
  for (const { index = 0 } of text.matchAll(/https?:\/\/|www\.|[\w.+-]+@/gi)) {
    const isInWord = /[\p{L}\p{N}/@.]/u.test(text.charAt(index - 1));
    const found = isInWord || index < from ? undefined : addressIn(text, index);
    if (found === undefined) continue;
    if (index > from) inlines.push({ is: 'text', text: text.slice(from, index) });
    inlines.push({ is: 'link', href: found.href, inside: [{ is: 'text', text: found.text }] });
    from = index + found.text.length;
  }
  if (from < text.length) inlines.push({ is: 'text', text: text.slice(from) });
  return inlines;
}
