import type { MeetingWords } from './meeting-words.ts';

/** In French. */
export const fr: MeetingWords = {
  hello: (name) => `Bonjour ${name} !`,
  helloUnnamed: 'Bonjour !',
  unnamed: 'à vous',
  say: {
    confirmed: (what, when) => `Votre rendez-vous est confirmé : ${what}, ${when}.`,
    failed: (what, when) =>
      `Nous sommes désolés : votre réservation n'a pas abouti (${what}, ${when}). Écrivez-nous ici et nous trouverons un autre horaire.`,
    moved: (what, when) =>
      `Votre rendez-vous a été déplacé. Le nouvel horaire : ${what}, ${when}. S'il ne vous convient pas, écrivez-nous ici.`,
    cancelled: (what, when) =>
      `Nous sommes désolés : votre rendez-vous a été annulé (${what}, ${when}). Si vous souhaitez un autre horaire, écrivez-nous ici.`,
    declined: (what, when) =>
      `Nous avons vu que vous avez refusé l'invitation (${what}, ${when}). Un autre horaire vous conviendrait-il mieux ? Écrivez-nous ici.`,
    reminder: (what, when) => `Petit rappel de votre rendez-vous : ${what}, ${when}. À bientôt !`,
  },
  joinAt: (url) => `Pour participer : ${url}`,
  addToCalendar: (url) => `Pour l'ajouter à votre agenda : ${url}`,
};
