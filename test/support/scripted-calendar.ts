import type { Calendar } from '../../src/meetings/calendar.ts';

/** A calendar that answers what a test says, and fails for everything else that it is asked. */
export function scriptedCalendar(answers: Partial<Calendar> = {}): Calendar {
  const unscripted = (asked: string) => (): never => {
    throw new Error(`the test says nothing of what the calendar answers to ${asked}`);
  };
  return {
    calendars: unscripted('calendars'),
    busy: unscripted('busy'),
    insert: unscripted('insert'),
    read: unscripted('read'),
    move: unscripted('move'),
    remove: unscripted('remove'),
    changes: unscripted('changes'),
    watch: unscripted('watch'),
    unwatch: unscripted('unwatch'),
    ...answers,
  };
}
