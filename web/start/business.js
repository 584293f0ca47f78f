import { content } from './bubble.js';
import { hasArrived } from './delivery.js';
import { byId, el, keepAtEnd, showList } from './dom.js';
import { aboutOf } from './phone-items.js';
import { thread } from './shown.js';
import { ticks } from './ticks.js';
import { clockTime } from './times.js';

/** Shows what the business sees: the conversation, who answers it, the credits and what it must be told. */
export function showBusiness(state, { agentName, customerName }) {
  showMode(state, agentName, customerName);
  const list = byId('thread');
  const change = () =>
    showList(list, thread(state), {
      keyOf: ({ messageId }) => messageId,
      signatureOf: ({ text, deliveryStatus, errorText, reaction, revokedAt }) =>
        `${deliveryStatus} ${errorText} ${reaction} ${revokedAt} ${text} ${state.pictures.size}`,
      draw: (message) => drawMessage(message, { state, agentName, customerName }),
    });
  keepAtEnd(list, change, { of: state.channel });
  byId('credits').textContent = state.credits === undefined ? '–' : state.credits.toLocaleString();
  showList(byId('notices'), state.notices, {
    keyOf: ({ noticeId }) => noticeId,
    signatureOf: ({ text }) => text,
    draw: ({ text }) => el('p', {}, text),
  });
}

function showMode({ conversation, channel }, agentName, customerName) {
  const mode = byId('mode');
  const human = conversation?.handledBy === 'human';
  byId('takeover').disabled = conversation === undefined || human;
  byId('release').disabled = !human;
  byId('reply-text').disabled = conversation === undefined;
  byId('reply-send').disabled = conversation === undefined;
  if (conversation === undefined) {
    byId('inbox-who').textContent = 'No conversation yet';
    mode.dataset.mode = 'none';
    mode.textContent = 'It begins with the customer’s first message.';
    return;
  }
  byId('inbox-who').textContent = `${customerName} · ${placeOf(channel, conversation)}`;
  mode.dataset.mode = human ? 'human' : 'ai';
  mode.textContent = human ? 'People answer; the AI is silent' : `The AI answers, as ${agentName}`;
}

function drawMessage(message, { state, agentName, customerName }) {
  const names = {
    customer: customerName,
    ai: `${agentName} (AI)`,
    human: 'A person',
    system: 'System',
  };
  const delivery = message.author === 'customer' ? undefined : deliveryOf(message);
  return el(
    'div',
    { className: `entry by-${message.author}` },
    el(
      'p',
      { className: 'entry-head' },
      el('strong', {}, names[message.author] ?? message.author),
      el('span', {}, `#${message.sequenceNo}`),
      el('time', {}, clockTime(message.timestamp)),
      delivery === undefined ? undefined : ticks(delivery),
    ),
    el('div', {}, ...words(message, state.pictures.get(message.messageId))),
    message.reaction
      ? el('p', { className: 'reaction' }, `${customerName} reacted: ${message.reaction}`)
      : undefined,
    message.content?.button === undefined
      ? undefined
      : el('p', { className: 'shown-button' }, `Button: ${message.content.button.label}`),
    message.deliveryStatus === 'failed'
      ? el('p', { className: 'failure' }, failure(message))
      : undefined,
  );
}

const about = { story: 'To your story: ', comment: 'Comment on your post: ' };

function words(message, picture) {
  if (message.revokedAt) return [el('span', { className: 'attachment' }, 'Taken back')];
  const place = aboutOf(message.content);
  return [
    ...(place === undefined ? [] : [el('span', { className: 'attachment' }, about[place])]),
    ...content({ ...message, text: message.text ?? '', picture }),
  ];
}

function deliveryOf(message) {
  return message.deliveryStatus ?? (hasArrived(message) ? 'sent' : 'pending');
}

function failure({ errorCode, errorText }) {
  return `Not delivered${typeof errorCode === 'number' ? ` (${errorCode})` : ''}: ${errorText ?? 'no reason given'}`;
}

function placeOf(channel, { customerPhone }) {
  if (channel === 'instagram') return 'Instagram';
  if (channel === 'webchat') return 'on the web page';
  return /^\d+$/.test(customerPhone) ? `+${customerPhone}` : customerPhone;
}
