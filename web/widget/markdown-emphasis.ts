import type { Inline } from './markdown-inlines.ts';

/** Collects what a line consists of, and finds out which marks belong together. */
export type Emphasis = {
  add(inline: Inline): void;
  addText(text: string): void;
  /** A run of `*`, `_` or `~~`, with what is before and after it. */
  mark(run: string, before: string, after: string): void;
  end(): Inline[];
};

/** A mark that may open; it stands as text until another closes it. */
type Opener = { sign: string; node: { is: 'text'; text: string } };

/** More open marks than this are no emphasis any more, and nothing nests deeper. */
const mostOpen = 16;

/** Makes one for a line. */
export function createEmphasis(): Emphasis {
  const out: Inline[] = [];
  const openers: Opener[] = [];

  const addText = (text: string): void => {
    const last = out[out.length - 1];
    const isOpener = openers.some(({ node }) => node === last);
    if (last?.is === 'text' && !isOpener) last.text += text;
    else out.push({ is: 'text', text });
  };
  const close = (run: string): string => {
    let rest = run;
    while (rest !== '') {
      const at = lastIndexOf(openers, rest.charAt(0));
      const opener = openers[at];
      if (opener === undefined) break;
      const width = rest.length >= 2 && opener.node.text.length >= 2 ? 2 : 1;
      const place = out.indexOf(opener.node);
      const inside = out.splice(place + 1);
      openers.length = at + 1;
      opener.node.text = opener.node.text.slice(width);
      if (opener.node.text === '') {
        out.splice(place, 1);
        openers.length = at;
      }
      out.push({ is: kindOf(opener.sign, width), inside });
      rest = rest.slice(width);
    }
    return rest;
  };
  return {
    add: (inline) => {
      if (inline.is === 'text') addText(inline.text);
      else out.push(inline);
    },
    addText,
    mark(run, before, after) {
      const { opens, closes } = flanks(run, before, after);
      const rest = closes ? close(run) : run;
      if (rest === '') return;
      if (!opens || openers.length >= mostOpen) return addText(rest);
      const node = { is: 'text' as const, text: rest };
      out.push(node);
      openers.push({ sign: rest.charAt(0), node });
    },
    end: () => joinTexts(out),
  };
}

/** Whether a run can open or close, as CommonMark counts it: by the space and punctuation around. */
function flanks(run: string, before: string, after: string): { opens: boolean; closes: boolean } {
  const [last, next] = [[...before.slice(-2)].pop() ?? ' ', [...after.slice(0, 2)][0] ?? ' '];
  const isSpace = (char: string): boolean => /\s/.test(char);
  const isMark = (char: string): boolean => /[\p{P}\p{S}]/u.test(char);
  const isLeft = !isSpace(next) && (!isMark(next) || isSpace(last) || isMark(last));
  const isRight = !isSpace(last) && (!isMark(last) || isSpace(next) || isMark(next));
  if (!run.startsWith('_')) return { opens: isLeft, closes: isRight };
  // Underscores inside a word are part of it.
  return {
    opens: isLeft && (!isRight || isMark(last)),
    closes: isRight && (!isLeft || isMark(next)),
  };
}

function kindOf(sign: string, width: number): 'strong' | 'em' | 'del' {
  if (sign === '~') return 'del';
  return width === 2 ? 'strong' : 'em';
}

function lastIndexOf(openers: Opener[], sign: string): number {
  for (let at = openers.length - 1; at >= 0; at -= 1) {
    if (openers[at]?.sign === sign) return at;
  }
  return -1;
}

function joinTexts(inlines: Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const inline of inlines) {
    const last = joined[joined.length - 1];
    if (last?.is === 'text' && inline.is === 'text') last.text += inline.text;
    else joined.push(inline);
  }
  return joined;
}
