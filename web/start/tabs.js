/**
 * Makes a list of tabs what the pattern of tabs says: one stop of the Tab key, arrows, Home and End between them.
 * `onChoose` hears which one was chosen.
 */
export function wireTabs(list, onChoose) {
  const tabs = () => [...list.querySelectorAll('[role=tab]:not([hidden])')];
  const choose = (tab) => {
    tab.focus();
    onChoose(tab.dataset.channel);
  };
  list.addEventListener('click', ({ target }) => {
    const tab = target.closest('[role=tab]');
    if (tab !== null) choose(tab);
  });
  list.addEventListener('keydown', (event) => {
    const all = tabs();
    const place = all.indexOf(event.target.closest('[role=tab]'));
    const next = {
      ArrowRight: (place + 1) % all.length,
      ArrowLeft: (place - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (place === -1 || next === undefined) return;
    event.preventDefault();
    choose(all[next]);
  });
}

/** Shows which tab is chosen, and on which something has happened since it was last seen. */
export function showTabs(list, { channel, channels }) {
  for (const tab of list.querySelectorAll('[role=tab]')) {
    const { platform, hasNews } = channels[tab.dataset.channel] ?? {};
    const isChosen = platform === channel;
    tab.hidden = platform === undefined;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    tab.querySelector('.news').hidden = hasNews !== true || isChosen;
  }
}
