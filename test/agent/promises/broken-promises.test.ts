import { describe, expect, it } from '@jest/globals';
import { brokenPromises } from '../../../src/agent/promises/broken-promises.ts';
import type { Deed } from '../../../src/agent/promises/deed.ts';
import { splitSentences } from '../../../src/agent/promises/sentences.ts';

const booked = "I've booked you in for Wednesday at 15:00.";
const stands = 'Your appointment is confirmed for Wednesday.';
const person = 'A colleague will take over.';

describe('brokenPromises', () => {
  it.each([
    [booked, ['booked'], []],
    [booked, ['listed_meetings'], ['booked']],
    [booked, ['cancelled'], ['booked']],
    [stands, ['listed_meetings'], []],
    [stands, ['booked'], []],
    [stands, ['offered_link'], ['stands']],
    ["I've moved your appointment to Friday.", ['moved'], []],
    ["I've moved your appointment to Friday.", ['booked'], ['moved']],
    ["I've cancelled your appointment.", ['cancelled'], []],
    ["I've cancelled your appointment.", ['listed_meetings'], ['cancelled']],
    [person, ['handed_over'], []],
    [person, ['noted_wish'], []],
    [person, [], ['handed_over']],
    ['Use the button below.', ['offered_link'], []],
    ['Use the button below.', ['booked'], ['offered_link']],
  ] satisfies [string, Deed[], string[]][])('%s after %j: %j', (text, did, broken) => {
    expect(brokenPromises(text, did)).toEqual(broken);
  });

  // Seen failing with the text judged as one sentence.
  it('judges each sentence by itself, and tells each kind once', () => {
    const text = `I have not cancelled anything. ${booked} ${booked}\nHere is the link. Shall I go on?`;
    expect(brokenPromises(text, [])).toEqual(['booked', 'offered_link']);
    const next = "Tell me if you need the address. I'll book you in for Wednesday.";
    expect(brokenPromises(next, [])).toEqual(['booked']);
  });

  it('takes an address that is written out for the link', () => {
    expect(brokenPromises('Here is the link:\nhttps://business.example/prices', [])).toEqual([]);
  });

  it('finds a promise in bold, in a list, in quotes as a whole and behind emojis', () => {
    for (const text of [
      '**I’ve booked you in** for Wednesday',
      'Good news:\n- Your appointment is *confirmed*',
      `"${booked}"`,
      '🎉🎉 I’ve booked it 🎉',
    ]) {
      expect([text, brokenPromises(text, []).length]).toEqual([text, 1]);
    }
  });

  it('stays quick with a long text', () => {
    const text = 'I have your word that we will have a look at the meeting you have '.repeat(150);
    const startedAt = performance.now();
    brokenPromises(text, []);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('splitSentences', () => {
  it.each([
    ['One. Two! Three?', ['One. ', 'Two! ', 'Three?']],
    ['Ihr Termin am 15. Mai ist gebucht.', ['Ihr Termin am 15. Mai ist gebucht.']],
    ['Dr. Braun at 3.30 p.m. is fine.', ['Dr. Braun at 3.30 p.m. is fine.']],
    ['You wrote: "Yes. Book it." Fine.', ['You wrote: "Yes. Book it." ', 'Fine.']],
    ['First line\nSecond line', ['First line\n', 'Second line']],
    ['Here:\nthe rest', ['Here:\nthe rest']],
    ['', []],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });
});
