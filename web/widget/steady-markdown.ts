/**
 * The part of an answer under way that may be shown without flicker: marks that are opened are closed, and
 * what could still become something else (half a link, the head of a table) is held back.
 */
export function steadyMarkdown(text: string): string {
  const fences = text.match(/^ {0,3}(```|~~~)/gm) ?? [];
  // Inside a block of code nothing is a mark; Markdown ends it by itself.
  if (fences.length % 2 === 1) return text.replace(/\n {0,3}[`~]{1,2}$/, '');
  const { before, last } = splitLast(text);
  return before + closeMarks(holdBack(last));
}

/** The last paragraph, where the writing goes on. */
function splitLast(text: string): { before: string; last: string } {
  const at = text.lastIndexOf('\n\n');
  return at < 0
    ? { before: '', last: text }
    : { before: text.slice(0, at + 2), last: text.slice(at + 2) };
}

function holdBack(text: string): string {
  if (isTableHead(text)) return '';
  return (
    text
      // A line of only marks: a rule, an underlined heading, the next point of a list.
      .replace(/(^|\n)[ \t]*([-=*_#>~`]+|\d+[.)]?)[ \t]*$/, '')
      // A link that has its words, and half of its address or none.
      .replace(/!?\[([^\][]*)\]\([^)\s]*$/, '$1')
      .replace(/!?\[([^\][\n]*)\]?$/, '$1')
      .replace(/https?:\/\/\S*$/, '')
  );
}

function isTableHead(text: string): boolean {
  const [head = '', rule = '', ...rows] = text.split('\n');
  const isBegun = /^\s*\|/.test(head);
  return isBegun && rows.length === 0 && !/^\s*\|[\s:|-]+\|\s*$/.test(rule);
}

function closeMarks(text: string): string {
  const isOpen = (mark: string): boolean => text.split(mark).length % 2 === 0;
  if (isOpen('`')) return closeOne(text, '`');
  const strong = isOpen('**') ? closeOne(text, '**') : text;
  return strong.split('~~').length % 2 === 0 ? closeOne(strong, '~~') : strong;
}

/** Closes a mark behind the last word; a mark with no word yet is left out. */
function closeOne(text: string, mark: string): string {
  const words = text.trimEnd();
  return words.endsWith(mark) ? words.slice(0, -mark.length) : words + mark;
}
