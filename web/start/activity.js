import { byId, el, showList } from './dom.js';
import { clockSeconds, span } from './times.js';

/** Shows the events of the tenant as they came, and who called whom; the newest first. */
export function showActivity({ events, calls, messages }) {
  const once = { keyOf: ({ key }) => key, signatureOf: () => '' };
  showList(byId('events'), events, { ...once, draw: (event) => drawEvent(event, messages) });
  showList(byId('calls'), calls, { ...once, draw: drawCall });
}

function drawEvent({ id, kind, payload, at, sinceMs }, messages) {
  const isStored = kind !== 'typing';
  return el(
    'details',
    {},
    el(
      'summary',
      {},
      el('span', { className: `kind kind-${kind}` }, kind),
      el('span', { className: 'gist' }, gist(kind, payload, messages)),
      el('time', { title: clockSeconds(at) }, span(sinceMs) || clockSeconds(at)),
    ),
    el('pre', {}, `${isStored ? `id: ${id}\n` : ''}${JSON.stringify(payload, null, 2)}`),
  );
}

function gist(kind, payload, messages) {
  switch (kind) {
    case 'message':
      return `#${payload.sequenceNo} ${payload.author}: ${payload.text || payload.type}`;
    case 'status':
      return `#${messages.get(payload.messageId)?.sequenceNo ?? '?'} ${payload.errorText ?? payload.deliveryStatus}`;
    case 'conversation':
      return payload.handledBy === 'human' ? 'people answer' : 'the AI answers';
    case 'lead':
      return `${payload.leadStatusTag}, ${payload.totalScore} of 15`;
    case 'meeting':
      return `${payload.title}: ${payload.status}`;
    case 'typing':
      return payload.author === 'customer' ? 'the customer is writing' : 'read, and writing';
    default:
      return payload.text ?? '';
  }
}

function drawCall({ from, to, method, path, status, ms, note, at, sinceMs }) {
  const failed = status === 0 || status >= 400;
  const outcome = status === 0 ? 'no answer' : status;
  return el(
    'div',
    { className: 'call' },
    el(
      'p',
      { className: 'route' },
      el('span', {}, from),
      el('span', { 'aria-label': 'to' }, ' → '),
      el('span', {}, to),
      el('time', { title: clockSeconds(at) }, span(sinceMs) || clockSeconds(at)),
    ),
    el(
      'p',
      { className: 'what' },
      el('code', {}, `${method} ${shortIds(path)}`),
      status === undefined
        ? undefined
        : el('span', { className: failed ? 'bad' : 'good' }, ` ${outcome}`),
      ms === undefined ? undefined : el('span', {}, ` ${ms} ms`),
      note === undefined ? undefined : el('span', { className: 'note' }, ` ${note}`),
    ),
  );
}

/** Ids of ours by their kind and end: the path stays on one line. */
function shortIds(path) {
  return path.replace(/\/([a-z]{3})_[a-z0-9]{20,}/g, (_, kind) => `/${kind}_…`);
}
