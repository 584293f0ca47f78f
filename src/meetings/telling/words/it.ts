import type { MeetingWords } from './meeting-words.ts';

/** In Italian. */
export const it: MeetingWords = {
  hello: (name) => `Ciao ${name}!`,
  helloUnnamed: 'Ciao!',
  unnamed: 'cliente',
  say: {
    confirmed: (what, when) => `Il tuo appuntamento è confermato: ${what}, ${when}.`,
    failed: (what, when) =>
      `Ci dispiace: la tua prenotazione non è andata a buon fine (${what}, ${when}). Scrivici qui e troviamo un altro orario.`,
    moved: (what, when) =>
      `Il tuo appuntamento è stato spostato. Il nuovo orario: ${what}, ${when}. Se non ti va bene, scrivici qui.`,
    cancelled: (what, when) =>
      `Ci dispiace: il tuo appuntamento è stato annullato (${what}, ${when}). Se vuoi un altro orario, scrivici qui.`,
    declined: (what, when) =>
      `Abbiamo visto che hai rifiutato l'invito (${what}, ${when}). Preferisci un altro orario? Scrivici qui.`,
    reminder: (what, when) => `Ti ricordiamo il tuo appuntamento: ${what}, ${when}. A presto!`,
  },
  joinAt: (url) => `Partecipa qui: ${url}`,
  addToCalendar: (url) => `Aggiungilo al calendario: ${url}`,
};
