import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createDraft, type DraftPiece } from '../../src/agent/draft.ts';
import { eventually } from '../support/eventually.ts';

function draftOf(gapMs: number) {
  const shown: DraftPiece[] = [];
  return { shown, draft: createDraft({ gapMs, show: (piece) => shown.push(piece) }) };
}

describe('createDraft', () => {
  it('shows the first words at once and the others gathered, in order and whole', async () => {
    const { shown, draft } = draftOf(20);
    draft.begin();

    draft.add('We ');
    const first = [...shown];
    for (const word of ['open ', 'at ', 'nine.']) draft.add(word);
    await eventually('the rest', () => shown.length === 2);

    expect(first).toEqual([{ text: 'We ', offset: 0 }]);
    expect(shown[1]).toEqual({ text: 'open at nine.', offset: 3 });
  });

  it('shows what is left when the answer is whole, without waiting', () => {
    const { shown, draft } = draftOf(60_000);
    draft.begin();
    draft.add('We ');
    draft.add('open.');

    draft.finish();

    expect(shown.map(({ text }) => text).join('')).toBe('We open.');
  });

  // Seen failing with `shown` kept when the draft begins again.
  it('begins at 0 again when the model is asked again, and forgets what waited', () => {
    const { shown, draft } = draftOf(60_000);
    draft.begin();
    draft.add('I think');
    draft.add(' that waits');

    draft.begin();
    draft.add('No, ');
    draft.finish();

    expect(shown).toEqual([
      { text: 'I think', offset: 0 },
      { text: 'No, ', offset: 0 },
    ]);
  });

  it('shows nothing more once it is stopped', async () => {
    const { shown, draft } = draftOf(5);
    draft.begin();
    draft.add('We ');
    draft.add('open.');

    draft.stop();
    await pause(20);

    expect(shown).toHaveLength(1);
  });

  it('cuts what no signal could carry, and the pieces are the text again', () => {
    const { shown, draft } = draftOf(60_000);
    const text = '👩‍👩‍👧 '.repeat(700);
    draft.begin();

    draft.add(text);
    draft.stop();

    expect(shown.length).toBeGreaterThan(1);
    expect(shown.map((piece) => piece.text).join('')).toBe(text);
    expect(Math.max(...shown.map((piece) => JSON.stringify(piece).length))).toBeLessThan(7_000);
    for (const [index, piece] of shown.entries()) {
      const before = shown.slice(0, index).reduce((sum, one) => sum + one.text.length, 0);
      expect(piece.offset).toBe(before);
    }
  });
});
