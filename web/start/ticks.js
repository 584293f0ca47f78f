const svg = 'http://www.w3.org/2000/svg';
const shapes = {
  sending: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Zm0 2.3V8l2 1.5',
  one: 'M3 8.5 6 11.5 12.5 4.5',
  two: 'M1 8.5 4 11.5 10.5 4.5M8 11.3 8.3 11.5 15 4.5',
  failed: 'M8 3.5v5.5M8 11.5v1',
};
const looks = {
  sending: { shape: 'sending', words: 'being sent' },
  pending: { shape: 'sending', words: 'on its way' },
  sent: { shape: 'one', words: 'sent' },
  delivered: { shape: 'two', words: 'delivered' },
  read: { shape: 'two', words: 'read' },
  failed: { shape: 'failed', words: 'not delivered' },
};

/** One tick, two ticks, blue ticks: how far a message has come, with words for those who cannot see them. */
export function ticks(state) {
  const { shape, words } = looks[state];
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('class', `ticks ${state}`);
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', words);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', shapes[shape]);
  picture.append(path);
  return picture;
}
