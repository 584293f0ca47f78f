/** An answer while it is being written, as its customer may see it. */
export type Draft = {
  /** What was written so far counts no more: the answer is begun (again). */
  begin(): void;
  add(piece: string): void;
  /** Shows what is not shown yet: the answer is whole. */
  finish(): void;
  /** Shows nothing more. */
  stop(): void;
};

/** A piece of the draft; `offset` is how much of it came before, in UTF-16 units, and 0 begins anew. */
export type DraftPiece = { text: string; offset: number };

/** Short enough for any signal between processes, whatever its characters. */
const maxPiece = 1_000;

/** Gathers what a model writes: the first words are shown at once, the others every `gapMs`. */
export function createDraft(options: { show: (piece: DraftPiece) => void; gapMs: number }): Draft {
  let shown = 0;
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;

  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
    waiting = '';
  };
  const showWaiting = (): void => {
    for (let at = 0; at < waiting.length; at += maxPiece) {
      const text = waiting.slice(at, at + maxPiece);
      options.show({ text, offset: shown });
      shown += text.length;
    }
    waiting = '';
  };
  const pause = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      if (waiting === '') return;
      showWaiting();
      pause();
    }, options.gapMs);
  };

  return {
    begin() {
      clear();
      shown = 0;
    },
    add(piece) {
      waiting += piece;
      if (timer !== undefined || waiting === '') return;
      showWaiting();
      pause();
    },
    finish() {
      showWaiting();
      clear();
    },
    stop: clear,
  };
}
