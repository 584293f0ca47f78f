import { chatText } from './chat-text.js';
import { byId, el, keepAtEnd, showList } from './dom.js';
import { isTyping, phoneItems } from './phone-items.js';
import { ticks } from './ticks.js';
import { clockTime, dayName } from './times.js';

const typeWords = {
  image: 'Photo',
  video: 'Video',
  audio: 'Voice message',
  document: 'Document',
  sticker: 'Sticker',
  location: 'Location',
  contacts: 'Contact',
};

/** Shows the customer's phone. */
export function showPhone(state, { agentName, businessName, now }) {
  const items = withDays(phoneItems(state), now);
  if (isTyping(state, now)) items.push({ key: 'typing', isMine: false, type: 'typing' });
  if (items.length === 0) items.push({ key: 'hello', type: 'hello' });
  const wall = byId('wall');
  const change = () =>
    showList(wall, items, {
      keyOf: ({ key }) => key,
      signatureOf: ({ text, ticks: state, picture, button }) =>
        `${state} ${picture?.length} ${button?.url} ${text}`,
      draw: (item) => draw(item, { agentName, businessName }),
    });
  keepAtEnd(wall, change, () => items.at(-1).isMine);
  byId('phone-sub').textContent = subtitle(state, now);
}

function subtitle(state, now) {
  if (state.connection === 'offline') return 'waiting for the network…';
  if (state.connection === 'connecting') return 'connecting…';
  return isTyping(state, now) ? 'typing…' : 'business account';
}

function withDays(items, now) {
  let last = '';
  return items.flatMap((item) => {
    const name = dayName(item.at, now);
    if (name === last) return [item];
    last = name;
    return [{ key: `day ${name}`, type: 'day', text: name }, item];
  });
}

function draw(item, { agentName, businessName }) {
  if (item.type === 'day') return el('p', { className: 'day' }, item.text);
  if (item.type === 'hello') {
    const words = `Say hello to ${agentName}, or try one of the suggestions.`;
    return el('p', { className: 'day' }, words);
  }
  if (item.type === 'typing') return typingBubble(agentName);
  const who = item.isMine ? 'You' : agentName;
  return el(
    'div',
    { className: `bubble ${item.isMine ? 'mine' : 'theirs'}` },
    el('span', { className: 'hidden' }, `${who}: `),
    ...content(item),
    el(
      'span',
      { className: 'meta' },
      el('time', {}, clockTime(item.at)),
      item.ticks === undefined ? undefined : ticks(item.ticks),
    ),
    ...(item.button === undefined ? [] : linkButton(item, businessName ?? agentName)),
  );
}

/** Opens the tracked link as WhatsApp does, in a browser of its own. */
function linkButton({ button }, businessName) {
  const link = el(
    'a',
    {
      className: 'cta',
      href: button.url,
      target: '_blank',
      rel: 'noopener noreferrer',
    },
    button.label,
    el('span', { className: 'hidden' }, ' (opens a new tab)'),
  );
  const words = `Opened; the click counts. ${businessName} is made up, so its page is not there.`;
  // Shown once it was tapped; drawing the bubble again would take the focus from the link.
  return [link, el('span', { className: 'cta-note', hidden: true }, words)];
}

/** What a message shows above its time. */
export function content({ type, text, picture }) {
  const parts = [];
  if (picture !== undefined)
    parts.push(el('img', { src: picture, alt: 'The picture sent', width: 360, height: 300 }));
  else if (typeWords[type] !== undefined) {
    parts.push(el('span', { className: 'attachment' }, typeWords[type]));
  }
  if (text !== '') parts.push(el('span', { className: 'words' }, chatText(text)));
  if (parts.length === 0) parts.push(el('span', { className: 'attachment' }, `(${type})`));
  return parts;
}

function typingBubble(agentName) {
  return el(
    'div',
    { className: 'bubble theirs typing' },
    el('span', { className: 'hidden' }, `${agentName} is typing`),
    el('i', { 'aria-hidden': 'true' }),
    el('i', { 'aria-hidden': 'true' }),
    el('i', { 'aria-hidden': 'true' }),
  );
}
