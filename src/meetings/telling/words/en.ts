import type { MeetingWords } from './meeting-words.ts';

/** In English. */
export const en: MeetingWords = {
  hello: (name) => `Hello ${name}!`,
  helloUnnamed: 'Hello!',
  unnamed: 'there',
  say: {
    confirmed: (what, when) => `Your appointment is confirmed: ${what}, ${when}.`,
    failed: (what, when) =>
      `We are sorry: your booking did not go through (${what}, ${when}). Write to us here and we will find another time.`,
    moved: (what, when) =>
      `Your appointment has been moved. The new time: ${what}, ${when}. If that does not suit you, just write to us here.`,
    cancelled: (what, when) =>
      `We are sorry: your appointment has been cancelled (${what}, ${when}). Write to us here if you would like another time.`,
    declined: (what, when) =>
      `We saw that you declined the invitation (${what}, ${when}). Would another time suit you better? Just write to us here.`,
    reminder: (what, when) => `A reminder of your appointment: ${what}, ${when}. See you then!`,
  },
  joinAt: (url) => `Join here: ${url}`,
  addToCalendar: (url) => `Add it to your calendar: ${url}`,
};
