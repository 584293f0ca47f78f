import { el } from './dom.js';

/** How the page says whether it still hears from rapport. */
export const connectionWords = {
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline: trying again',
};

const names = {
  whatsapp: 'WhatsApp',
  instagram: 'Instagram',
  google: 'Google Calendar',
  openai: 'OpenAI',
  mail: 'mail',
};

/** Which of those that are called here are not the real ones. */
export function simulatedNote(simulated) {
  if (simulated.length === 0) return '';
  return simulated.length > 1 ? 'providers simulated' : `${names[simulated[0]]} simulated`;
}

/** Whose calendar is shown, and on which clock. */
export function calendarNote({ calendarAccount, timeZone }) {
  const whose = calendarAccount === null ? '' : `${calendarAccount}, simulated · `;
  return `${whose}${timeZone.replaceAll('_', ' ')}`;
}

/** What is real here and what is not, in plain words. */
export function bannerOf({ simulated, model }) {
  const isModelSimulated = simulated.includes('openai');
  if (simulated.length === 0) {
    return [
      el('strong', {}, 'Everything is real: '),
      `messages go to WhatsApp and Instagram, and ${model} answers.`,
    ];
  }
  const head = el(
    'strong',
    {},
    `Simulated: ${simulated.map((name) => names[name] ?? name).join(', ')}. `,
  );
  if (!isModelSimulated) {
    return [head, `No real message is sent, but the answers are real: ${model} writes them.`];
  }
  return [
    head,
    'Nothing leaves this machine, and the answers are canned. Set ',
    el('code', {}, 'OPENAI_API_KEY'),
    ' and start again for a real model.',
  ];
}
