import { chatText } from './chat-text.js';
import { el } from './dom.js';
import { ticks } from './ticks.js';
import { clockTime } from './times.js';

const typeWords = {
  image: 'Photo',
  video: 'Video',
  audio: 'Voice message',
  document: 'Document',
  sticker: 'Sticker',
  location: 'Location',
  contacts: 'Contact',
};
const aboutWords = { story: 'You replied to their story', comment: 'You commented on their post' };

/** One thing on the wall of the phone. */
export function drawItem(item, facts) {
  switch (item.type) {
    case 'day':
      return el('p', { className: 'day' }, item.text);
    case 'hello': {
      const words = `Say hello to ${facts.agentName}, or try one of the suggestions.`;
      return el('p', { className: 'day' }, words);
    }
    case 'seen':
      return el('p', { className: 'seen' }, 'Seen');
    case 'typing':
      return typingBubble(facts.agentName);
    default:
      return facts.channel === 'instagram' ? instagramRow(item, facts) : bubble(item, facts);
  }
}

function bubble(item, { agentName, businessName }) {
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
    ...(item.button === undefined ? [] : linkButton(item, businessName)),
  );
}

/** No times and no ticks: what a message is about above it, a heart beside what the business wrote. */
function instagramRow(item, { agentName }) {
  const { key, isMine, about, reaction, ticks: state } = item;
  const who = isMine ? 'You' : agentName;
  return el(
    'div',
    { className: `row ${isMine ? 'of-mine' : 'of-theirs'}` },
    about === undefined ? undefined : el('p', { className: 'about' }, aboutWords[about]),
    el(
      'div',
      {
        className: `bubble ${isMine ? 'mine' : 'theirs'}`,
        title: clockTime(item.at),
        'data-state': state,
        'data-about': about,
      },
      el('span', { className: 'hidden' }, `${who}: `),
      ...content(item),
    ),
    isMine ? undefined : heart(key, reaction),
    state === 'failed' ? el('p', { className: 'seen' }, 'Not sent') : undefined,
  );
}

function heart(messageId, reaction) {
  const isGiven = reaction !== undefined;
  return el(
    'button',
    {
      type: 'button',
      className: 'heart',
      id: `heart-${messageId}`,
      'data-heart': messageId,
      'aria-label': 'React with a heart',
      'aria-pressed': String(isGiven),
    },
    el('span', { 'aria-hidden': 'true' }, isGiven ? reaction : '♡'),
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
