import type { MeetingWords } from './meeting-words.ts';

/** In Portuguese, as it is said on either side of the Atlantic. */
export const pt: MeetingWords = {
  hello: (name) => `Olá, ${name}!`,
  helloUnnamed: 'Olá!',
  unnamed: 'cliente',
  say: {
    confirmed: (what, when) => `O seu horário está confirmado: ${what}, ${when}.`,
    failed: (what, when) =>
      `Lamentamos: não foi possível concluir a sua marcação (${what}, ${when}). Escreva-nos por aqui e encontramos outro horário.`,
    moved: (what, when) =>
      `O seu horário mudou. O novo horário: ${what}, ${when}. Se não for bom para si, escreva-nos por aqui.`,
    cancelled: (what, when) =>
      `Lamentamos: o seu horário foi cancelado (${what}, ${when}). Se quiser outro, escreva-nos por aqui.`,
    declined: (what, when) =>
      `Vimos que recusou o convite (${what}, ${when}). Outro horário seria melhor? Escreva-nos por aqui.`,
    reminder: (what, when) => `Um lembrete do seu horário: ${what}, ${when}. Até lá!`,
  },
  joinAt: (url) => `Entre por aqui: ${url}`,
  addToCalendar: (url) => `Adicione ao seu calendário: ${url}`,
};
