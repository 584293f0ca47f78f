import { describe, expect, it } from '@jest/globals';
import { brokenPromises } from '../../../src/agent/promises/broken-promises.ts';
import { english } from '../../fixtures/promises/english.ts';
import { french } from '../../fixtures/promises/french.ts';
import { german } from '../../fixtures/promises/german.ts';
import { italian } from '../../fixtures/promises/italian.ts';
import { portuguese } from '../../fixtures/promises/portuguese.ts';
import { spanish } from '../../fixtures/promises/spanish.ts';

const languages = { english, spanish, portuguese, german, french, italian };
const promises = Object.values(languages).flatMap((one) => one.promises);
const innocent = Object.values(languages).flatMap((one) => one.innocent);

describe('labelled sentences', () => {
  it('are enough to mean something', () => {
    expect(promises.length + innocent.length).toBeGreaterThanOrEqual(150);
  });

  // Seen failing for each language with its words taken out of the list.
  it.each(Object.entries(languages))('in %s: every promise is found', (_, { promises: all }) => {
    const missed = all.filter(
      ([kind, text]) => !brokenPromises(text, []).some((it) => it === kind),
    );
    expect(missed).toEqual([]);
  });

  // Seen failing with the denials, the suppositions, the questions and what depends on something each let through.
  it.each(Object.entries(languages))('in %s: nothing else is', (_, { innocent: all }) => {
    const alarms = all.map((text) => [text, ...brokenPromises(text, [])]);
    expect(alarms.filter(([, ...kinds]) => kinds.length > 0)).toEqual([]);
  });
});
