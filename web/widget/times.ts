import type { Words } from './words/en.ts';

/** The hour of a message, as the language writes it. */
export function hourWords(timestamp: string, tag: string): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return '';
  return date.toLocaleTimeString(tag, { hour: 'numeric', minute: '2-digit' });
}

/** The day of a message: today, yesterday, or its date. */
export function dayWords(
  timestamp: string,
  { words, tag, now }: { words: Words; tag: string; now: Date },
): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return '';
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return words.today;
  if (date.toDateString() === yesterday.toDateString()) return words.yesterday;
  const isThisYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(tag, {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  });
}

/** Seconds as minutes and seconds. */
export function lengthWords(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A size that people can read. */
export function sizeWords(bytes: number, tag: string): string {
  const isMega = bytes >= 1_000_000;
  const value = isMega ? bytes / 1_000_000 : Math.max(1, bytes / 1_000);
  const digits = { maximumFractionDigits: isMega ? 1 : 0 };
  return `${value.toLocaleString(tag, digits)} ${isMega ? 'MB' : 'kB'}`;
}
