import { byId } from './dom.js';
import { showTabs, wireTabs } from './tabs.js';

/** Lets a channel be chosen by its tab and by the address: `#instagram` is where the page left off. */
export function wireChannels({ channels, onChoose }) {
  const isThere = (name) => channels.some(({ platform }) => platform === name);
  const named = () => location.hash.slice(1);
  wireTabs(byId('channels'), (channel) => {
    history.replaceState(null, '', `#${channel}`);
    onChoose(channel);
  });
  addEventListener('hashchange', () => {
    if (isThere(named())) onChoose(named());
  });
  if (isThere(named())) onChoose(named());
}

/** Shows the phone, or the shop's page in place of it. */
export function showChannel(view) {
  showTabs(byId('channels'), view);
  const isSite = view.channel === 'webchat';
  byId('phone-panel').hidden = isSite;
  byId('site-panel').hidden = !isSite;
  byId('phone-panel').setAttribute('aria-labelledby', `tab-${isSite ? 'whatsapp' : view.channel}`);
  byId('phone').dataset.channel = view.channel;
  document.body.dataset.channel = view.channel;
  if (isSite) openSite();
}

/** The visitor comes to the shop when somebody looks, not before. */
function openSite() {
  const frame = byId('site');
  if (frame.src === '') frame.src = '/start/site.html';
}
