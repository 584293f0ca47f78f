import { describe, expect, it } from '@jest/globals';
import { sayBoth, sayTime } from '../../src/availability/say-time.ts';

const slot = { start: new Date('2026-12-02T15:00:00Z'), end: new Date('2026-12-02T15:30:00Z') };
const kolkata = { timeZone: 'Asia/Kolkata' };

describe('sayTime', () => {
  it.each([
    ['en', 'Wednesday, 2 December 2026, 20:30–21:00 (India Time)'],
    ['pt', 'quarta-feira, 2 de dezembro de 2026, 20:30–21:00 (Horário Índia)'],
    ['pt_BR', 'quarta-feira, 2 de dezembro de 2026, 20:30–21:00 (Horário Índia)'],
    ['es', 'miércoles, 2 de diciembre de 2026, 20:30–21:00 (hora de India)'],
    ['xx', 'Wednesday, 2 December 2026, 20:30–21:00 (India Time)'],
    ['no language', 'Wednesday, 2 December 2026, 20:30–21:00 (India Time)'],
  ])('says day, date, time and zone in %s', (language, said) => {
    expect(sayTime(slot, { ...kolkata, language })).toBe(said);
  });

  it('names a city and its offset where the zone has only letters for a name', () => {
    expect(sayTime(slot, { timeZone: 'Europe/Lisbon', language: 'de' })).toBe(
      'Mittwoch, 2. Dezember 2026, 15:00–15:30 (Lisbon, GMT+0)',
    );
  });

  it('says which of two hours is meant on the night clocks go back', () => {
    const night = {
      start: new Date('2026-10-25T00:30:00Z'),
      end: new Date('2026-10-25T01:30:00Z'),
    };

    expect(sayTime(night, { timeZone: 'Europe/London', language: 'en' })).toContain(
      '01:30 GMT+1–01:30 GMT+0',
    );
  });
});

describe('sayBoth', () => {
  const both = (businessTimeZone: string) =>
    sayBoth(slot, { timeZone: 'Europe/London', language: 'en', businessTimeZone });

  it('says one time where both clocks show the same', () => {
    expect(both('Europe/Lisbon')).toBe(
      'Wednesday, 2 December 2026, 15:00–15:30 (United Kingdom Time)',
    );
  });

  it('adds the time of the business, with its date where that is another', () => {
    expect(both('Asia/Kolkata')).toBe(
      'Wednesday, 2 December 2026, 15:00–15:30 (United Kingdom Time) = 20:30–21:00 (India Time)',
    );
    expect(both('Pacific/Apia')).toContain('= Thursday, 3 December 2026, 04:00–04:30 (Samoa Time)');
  });
});
