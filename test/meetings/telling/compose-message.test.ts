import { describe, expect, it } from '@jest/globals';
import { composeMessage } from '../../../src/meetings/telling/compose-message.ts';
import { meetingMessageKinds } from '../../../src/meetings/telling/owe-messages.ts';

const meeting = {
  title: 'Demo',
  meetingTime: new Date('2026-12-02T13:00:00Z'),
  durationMinutes: 30,
  timezone: 'America/Sao_Paulo',
  language: 'pt-BR',
  meetLink: 'https://meet.google.com/abc',
  customerName: 'Ana',
};

describe('composeMessage', () => {
  it('says the time on the customer’s clock and in their language', () => {
    const { text, parameters } = composeMessage('reminder', meeting, undefined);

    expect(text).toContain('Olá, Ana!');
    expect(text).toContain('quarta-feira, 2 de dezembro de 2026, 10:00–10:30 (');
    expect(text).toContain('https://meet.google.com/abc');
    expect(parameters[0]).toBe('Ana');
    expect(parameters[1]).toMatch(/^Demo, quarta-feira, 2 de dezembro de 2026, 10:00–10:30 \(/);
  });

  it.each(['en', 'es', 'pt', 'de', 'fr', 'it'])('has all words in %s', (language) => {
    for (const kind of meetingMessageKinds) {
      const { text } = composeMessage(kind, { ...meeting, language }, 'https://x.example/1.ics');
      expect(text).toContain('Demo');
      expect(text).toContain('2026');
      expect(text.includes('1.ics')).toBe(kind === 'confirmed' || kind === 'moved');
    }
  });

  it.each(['xx', 'not a language', ''])('speaks English where it is asked for %j', (language) => {
    expect(composeMessage('moved', { ...meeting, language }, undefined).text).toContain(
      'Wednesday, 2 December 2026',
    );
  });

  it('gives templates no line breaks, and always a name', () => {
    const odd = { ...meeting, customerName: null, title: 'A\n\n  B', language: 'en' };

    const { text, parameters } = composeMessage('reminder', odd, undefined);

    expect(text).toMatch(/^Hello! /);
    expect(parameters[0]).toBe('there');
    expect(parameters[1]).toMatch(/^A B, Wednesday/);
  });
});
