import type { HandledBy } from './protocol.ts';

/** The answer that is being written. */
export type Draft = {
  turnId: string;
  text: string;
  /** A piece is missing: what there is stays, and the message will bring the whole. */
  isBroken: boolean;
  at: number;
};

/** The business is writing, as of `at`. */
export type Typing = { author: HandledBy; at: number };

type Delta = { turnId: string; text: string; offset: number; at: number };

/** The draft after one more piece: offset 0 begins it again; a piece that does not fit on breaks it. */
export function afterDelta(draft: Draft | undefined, delta: Delta): Draft | undefined {
  const { turnId, text, offset, at } = delta;
  if (offset === 0) return { turnId, text, isBroken: false, at };
  // Who joins in the middle of an answer waits for the whole.
  if (draft === undefined || draft.turnId !== turnId)
    return { turnId, text: '', isBroken: true, at };
  if (draft.isBroken) return { ...draft, at };
  // A piece that we have: it came from two tabs, or again after a cut.
  if (offset + text.length <= draft.text.length) return draft;
  if (offset !== draft.text.length) return { ...draft, isBroken: true, at };
  return { turnId, text: draft.text + text, isBroken: false, at };
}
