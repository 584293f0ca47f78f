import { byId, el, showList } from './dom.js';
import { readMail } from './mail-text.js';
import { clockTime } from './times.js';

/** Shows the mails that the simulated mail server took, the newest first. */
export function showMails({ mails }) {
  const newest = mails[0]?.sequence;
  const unread = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  const count = mails.length === 0 ? '' : unread;
  if (byId('mail-count').textContent !== count) byId('mail-count').textContent = count;
  showList(byId('mails'), mails, {
    keyOf: ({ sequence }) => String(sequence),
    // A newer mail closes those before it.
    signatureOf: ({ sequence }) => String(sequence === newest),
    draw: (mail) => drawMail(mail, mail.sequence === newest),
  });
}

function drawMail({ at, to, subject, text }, isNewest) {
  const { paragraphs, buttons } = readMail({ subject, text });
  return el(
    'details',
    { className: 'mail', open: isNewest },
    el(
      'summary',
      {},
      el('strong', {}, subject),
      el('time', { dateTime: at }, clockTime(at)),
      el('span', { className: 'to' }, `to ${to.join(', ')}`),
    ),
    el('div', { className: 'mail-text' }, ...paragraphs.map((words) => el('p', {}, words))),
    el('p', { className: 'mail-buttons' }, ...buttons.map(drawButton)),
  );
}

function drawButton({ label, href }, place) {
  const className = place === 0 ? 'button main-button' : 'button';
  return el('a', { className, href, target: '_blank', rel: 'noopener' }, label);
}
