import { drawItem } from './bubble.js';
import { byId, keepAtEnd, showList } from './dom.js';
import { isTyping, phoneItems, wasSeen } from './phone-items.js';
import { dayName } from './times.js';

/** Shows the customer's phone, in the manner of the channel. */
export function showPhone(view, { businessName, now }) {
  if (view.channel === 'webchat') return;
  const items = itemsOf(view, now);
  const wall = byId('wall');
  const facts = { businessName, agentName: view.agentName, channel: view.channel };
  const change = () =>
    showList(wall, items, {
      keyOf: ({ key }) => key,
      signatureOf: ({ text, ticks, picture, button, reaction }) =>
        `${ticks} ${picture?.length} ${button?.url} ${reaction} ${text}`,
      draw: (item) => drawItem(item, facts),
    });
  const focused = document.activeElement?.id ?? '';
  keepAtEnd(wall, change, { of: view.channel, isOwn: () => items.at(-1).isMine });
  // Who reacted by keyboard stays where they were when the bubble is drawn again.
  if (focused.startsWith('heart-')) byId(focused)?.focus();
  showBar(view, { businessName, now });
}

function itemsOf(view, now) {
  const all = phoneItems(view);
  const items = withDays(all, now);
  if (view.channel === 'instagram' && wasSeen(all)) items.push({ key: 'seen', type: 'seen' });
  if (isTyping(view, now)) items.push({ key: 'typing', isMine: false, type: 'typing' });
  return items.length > 0 ? items : [{ key: `hello ${view.channel}`, type: 'hello' }];
}

function showBar(view, { businessName, now }) {
  const isInstagram = view.channel === 'instagram';
  const idle = isInstagram ? `${businessName} · business chat` : 'business account';
  say('agent-name', isInstagram ? 'casaverde' : businessName);
  say('avatar', businessName.slice(0, 1));
  say('phone-sub', subtitle(view, now, idle));
}

function subtitle(view, now, idle) {
  if (view.connection === 'offline') return 'waiting for the network…';
  if (view.connection === 'connecting') return 'connecting…';
  return isTyping(view, now) ? 'typing…' : idle;
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

function say(id, words) {
  const element = byId(id);
  if (element.textContent !== words) element.textContent = words;
}
