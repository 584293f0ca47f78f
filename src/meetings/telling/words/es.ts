import type { MeetingWords } from './meeting-words.ts';

/** In Spanish. */
export const es: MeetingWords = {
  hello: (name) => `¡Hola, ${name}!`,
  helloUnnamed: '¡Hola!',
  unnamed: 'cliente',
  say: {
    confirmed: (what, when) => `Tu cita está confirmada: ${what}, ${when}.`,
    failed: (what, when) =>
      `Lo sentimos: no se pudo completar tu reserva (${what}, ${when}). Escríbenos aquí y buscamos otra hora.`,
    moved: (what, when) =>
      `Tu cita se ha cambiado. La nueva hora: ${what}, ${when}. Si no te viene bien, escríbenos aquí.`,
    cancelled: (what, when) =>
      `Lo sentimos: tu cita se ha cancelado (${what}, ${when}). Si quieres otra hora, escríbenos aquí.`,
    declined: (what, when) =>
      `Vimos que rechazaste la invitación (${what}, ${when}). ¿Te vendría mejor otra hora? Escríbenos aquí.`,
    reminder: (what, when) => `Te recordamos tu cita: ${what}, ${when}. ¡Hasta entonces!`,
  },
  joinAt: (url) => `Entra aquí: ${url}`,
  addToCalendar: (url) => `Añádela a tu calendario: ${url}`,
};
