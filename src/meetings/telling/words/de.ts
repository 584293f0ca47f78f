import type { MeetingWords } from './meeting-words.ts';

/** In German. */
export const de: MeetingWords = {
  hello: (name) => `Hallo ${name}!`,
  helloUnnamed: 'Hallo!',
  unnamed: 'Sie',
  say: {
    confirmed: (what, when) => `Ihr Termin ist bestätigt: ${what}, ${when}.`,
    failed: (what, when) =>
      `Es tut uns leid: Ihre Buchung hat nicht geklappt (${what}, ${when}). Schreiben Sie uns hier, dann finden wir einen anderen Termin.`,
    moved: (what, when) =>
      `Ihr Termin wurde verschoben. Der neue Termin: ${what}, ${when}. Passt er nicht, schreiben Sie uns einfach hier.`,
    cancelled: (what, when) =>
      `Es tut uns leid: Ihr Termin wurde abgesagt (${what}, ${when}). Möchten Sie einen anderen, schreiben Sie uns hier.`,
    declined: (what, when) =>
      `Wir haben gesehen, dass Sie die Einladung abgelehnt haben (${what}, ${when}). Passt Ihnen ein anderer Termin besser? Schreiben Sie uns einfach hier.`,
    reminder: (what, when) => `Wir erinnern an Ihren Termin: ${what}, ${when}. Bis dann!`,
  },
  joinAt: (url) => `Hier nehmen Sie teil: ${url}`,
  addToCalendar: (url) => `In den Kalender eintragen: ${url}`,
};
