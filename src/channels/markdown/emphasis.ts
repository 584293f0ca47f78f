import type { Marks } from './marks.ts';

/** A piece of a line: shown as it is, or a run of marks that may begin or end an emphasis between its neighbours. */
export type InlineToken = { text: string; run?: { before: string; after: string } };

type Run = {
  mark: string;
  left: number;
  canOpen: boolean;
  canClose: boolean;
  /** Marks of the channel that took the place of used ones, inside of what is left over. */
  opened: string;
  closed: string;
};

const SPACE = /^\s/u;
/** A letter or digit of a script that sets spaces between words. */
const IN_WORD =
  /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]/u;
/** An underscore beside one of these belongs to a path, an option or the like, and marks nothing. */
const GLUE_BEFORE = /^[@/\\=&#$%+.-]/;
const GLUE_AFTER = /^(?:[@/\\=&#$%]|[.+-][\p{L}\p{N}_])/u;
/** `__init__` and the like are names, not bold words. */
const IDENTIFIER = /^[a-z0-9_]+$/;

/**
 * The tokens as one text, with each run of marks that has its counterpart put in the channel's marks and every other run
 * left as it is. As in CommonMark, but stricter inside words, so that 2*3*4 and snake__case stay.
 */
export function resolveEmphasis(tokens: readonly InlineToken[], marks: EmphasisMarks): string {
  const runs = tokens.map((token) =>
    token.run === undefined ? undefined : runOf(token.text, token.run),
  );
  const state: State = { tokens, runs, open: new Map(), marks };
  for (const [index, run] of runs.entries()) {
    if (run?.canClose) {
      closeAll(run, index, state);
    }
    if (run?.canOpen) {
      wait(run, index, state);
    }
  }
  return tokens.map((token, index) => shown(token, runs[index])).join('');
}

/** The marks that stand around words. */
export type EmphasisMarks = Pick<Marks, 'bold' | 'italic' | 'strike'>;

type State = {
  tokens: readonly InlineToken[];
  runs: readonly (Run | undefined)[];
  /** Runs that wait for their counterpart, the innermost last, under their marks: no search passes over other runs. */
  open: Map<string, number[]>;
  marks: EmphasisMarks;
};

/** Which runs a closing one may end: a single mark no double one, and a triple one both, one after the other. */
const counterparts = new Map([
  ['*', ['*', '***']],
  ['**', ['**', '***']],
  ['***', ['*', '**', '***']],
  ['_', ['_', '___']],
  ['__', ['__', '___']],
  ['___', ['_', '__', '___']],
  ['~~', ['~~']],
]);

function closeAll(closer: Run, index: number, state: State): void {
  let openIndex = lastOpen(closer, state);
  while (openIndex !== undefined && !isName(closer, openIndex, index, state)) {
    const opener = state.runs[openIndex];
    if (opener === undefined) {
      return;
    }
    const used = Math.min(opener.left, closer.left) > 1 ? 2 : 1;
    const mark = markOf(closer, used, state.marks);
    opener.opened = mark + opener.opened;
    closer.closed += mark;
    opener.left -= used;
    closer.left -= used;
    forgetFrom(openIndex, state);
    wait(opener, openIndex, state);
    openIndex = lastOpen(closer, state);
  }
}

function markOf(closer: Run, used: 1 | 2, marks: EmphasisMarks): string {
  if (closer.mark === '~') return marks.strike;
  return used === 2 ? marks.bold : marks.italic;
}

function lastOpen(closer: Run, state: State): number | undefined {
  const indexes = (counterparts.get(marksOf(closer)) ?? []).flatMap(
    (marks) => state.open.get(marks)?.at(-1) ?? [],
  );
  return indexes.length === 0 ? undefined : Math.max(...indexes);
}

function wait(run: Run, index: number, state: State): void {
  const marks = marksOf(run);
  if (counterparts.has(marks)) {
    const waiting = state.open.get(marks) ?? [];
    waiting.push(index);
    state.open.set(marks, waiting);
  }
}

/** What was opened after this and is still open has no counterpart. */
function forgetFrom(openIndex: number, state: State): void {
  for (const waiting of state.open.values()) {
    while ((waiting.at(-1) ?? -1) >= openIndex) {
      waiting.pop();
    }
  }
}

function marksOf(run: Run): string {
  return run.mark.repeat(run.left);
}

function isName(closer: Run, openIndex: number, index: number, state: State): boolean {
  return (
    closer.mark === '_' &&
    closer.left > 1 &&
    index === openIndex + 2 &&
    IDENTIFIER.test(state.tokens[openIndex + 1]?.text ?? '')
  );
}

function runOf(text: string, { before, after }: { before: string; after: string }): Run {
  const mark = text.startsWith('*') ? '*' : text.startsWith('_') ? '_' : '~';
  const isInWord = IN_WORD.test(before) && IN_WORD.test(after);
  // A bold part may end inside a word (**Note:**text), a single star or an underscore may not.
  const isLoose = mark !== '_' && text.length > 1;
  const isName = (beside: string, glue: RegExp) => mark === '_' && glue.test(beside);
  return {
    mark,
    left: text.length,
    canOpen:
      after !== '' &&
      !SPACE.test(after) &&
      !(isLoose ? isInWord : IN_WORD.test(before)) &&
      !isName(before, GLUE_BEFORE),
    canClose:
      before !== '' &&
      !SPACE.test(before) &&
      (isLoose || !IN_WORD.test(after)) &&
      !isName(after, GLUE_AFTER),
    opened: '',
    closed: '',
  };
}

function shown(token: InlineToken, run: Run | undefined): string {
  return run === undefined ? token.text : run.closed + marksOf(run) + run.opened;
}
