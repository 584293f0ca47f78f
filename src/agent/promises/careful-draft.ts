import type { Draft } from '../draft.ts';
import { brokenPromises } from './broken-promises.ts';
import type { Deed } from './deed.ts';
import { splitSentences } from './sentences.ts';

/** A draft that knows what the turn has done: `begin` is given the deeds before this answer. */
export type CarefulDraft = Omit<Draft, 'begin'> & { begin(did: readonly Deed[]): void };

/** A word that may still grow; a script without spaces is not waited for. */
const unfinishedWord = /[\p{Script=Latin}\p{M}\d'’]{1,40}$/u;

/**
 * Shows an answer word by word as long as nothing in it promises what was not done. A sentence that seems to is
 * held back from that word on until its end acquits it; if that does not, nothing more of the answer is shown.
 */
export function carefulDraft(draft: Draft): CarefulDraft {
  let did: readonly Deed[] = [];
  let text = '';
  let shown = 0;
  let sentenceAt = 0;
  let isSilent = false;

  const showUntil = (end: number): void => {
    if (end <= shown) return;
    draft.add(text.slice(shown, end));
    shown = end;
  };
  const judge = (): void => {
    const sentences = splitSentences(text.slice(sentenceAt));
    const begun = sentences.pop() ?? '';
    for (const sentence of sentences) {
      isSilent = brokenPromises(sentence, did).length > 0;
      if (isSilent) return;
      sentenceAt += sentence.length;
      showUntil(sentenceAt);
    }
    const words = begun.replace(unfinishedWord, '');
    if (brokenPromises(words, did).length === 0) showUntil(sentenceAt + words.length);
  };

  return {
    begin(before) {
      draft.begin();
      did = [...before];
      text = '';
      shown = 0;
      sentenceAt = 0;
      isSilent = false;
    },
    add(piece) {
      text += piece;
      if (!isSilent) judge();
    },
    finish() {
      showUntil(text.length);
      draft.finish();
    },
    stop() {
      isSilent = true;
      draft.stop();
    },
  };
}
