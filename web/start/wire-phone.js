import { byId, el } from './dom.js';
import { instagramActs } from './instagram-acts.js';
import { pictureMessage, suggestionsFor, text } from './suggestions.js';

/** Lets the customer write on the phone of the channel shown, and do what else one does there. */
export function wirePhone({ phones, api, view, happen, onProblem }) {
  let count = 0;
  const write = async (message, { channel } = view()) => {
    count += 1;
    const localId = `local-${count}`;
    const told = (ok) => happen({ type: 'written', channel, localId, ok });
    happen({ type: 'writing', channel, message: { ...message, localId, at: Date.now() } });
    try {
      told(await phones[channel].write(message));
    } catch (error) {
      told(false);
      onProblem(error);
    }
  };
  const acts =
    phones.instagram === undefined
      ? {}
      : instagramActs({ phone: phones.instagram, api, view, happen, onProblem });
  wireComposer(write);
  byId('picture').addEventListener('click', () => write(pictureMessage('')));
  byId('wall').addEventListener('click', ({ target }) => {
    const note = target.closest('a.cta')?.nextElementSibling;
    if (note) note.hidden = false;
    const messageId = target.closest('button.heart')?.dataset.heart;
    if (messageId !== undefined) void acts.heart(messageId);
  });
  const tryOne = async ({ messages, act }) => {
    if (act !== undefined) return acts[act]();
    const place = view();
    for (const [index, message] of messages().entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, 450));
      void write(message, place);
    }
  };
  return { tryOne };
}

function wireComposer(write) {
  const box = byId('write');
  const send = () => {
    const words = box.value.trim();
    if (words === '') return;
    box.value = '';
    void write(text(words));
  };
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    box.focus();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

/** Puts what may be tried on a channel below its phone. */
export function showSuggestions(channel, { demo, phones, tryOne }) {
  const list = byId('suggestions');
  if (list.dataset.channel === channel) return;
  list.dataset.channel = channel;
  const isThere = phones[channel] !== undefined;
  for (const id of ['write', 'send', 'picture']) byId(id).disabled = !isThere;
  const buttons = (isThere ? suggestionsFor(channel, demo) : []).map((one) => {
    const note = one.note === undefined ? undefined : el('small', {}, one.note);
    const label = typeof one.label === 'function' ? one.label() : one.label;
    const button = el('button', { type: 'button' }, label, note);
    button.addEventListener('click', () => tryOne(one));
    return button;
  });
  list.replaceChildren(list.querySelector('legend'), ...buttons);
}
