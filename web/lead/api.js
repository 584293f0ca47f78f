/** What rapport answered when it refused, with words for a person. */
export class Refused extends Error {
  /** @param {{ status: number, code?: string, detail?: string }} answer */
  constructor({ status, code, detail }) {
    super(wordsFor(status, code) ?? detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = code;
  }
}

function wordsFor(status, code) {
  if (code === 'channel.reply_window_closed') {
    return 'The reply window has closed: the customer has to write first.';
  }
  if (code === 'conversation.archived')
    return 'This conversation is archived; it can only be read.';
  if (code === 'message.too_long') return 'This is too long for one message.';
  if (status === 404) return 'This link has expired.';
  if (status >= 500) return 'rapport cannot do this right now. Please try again in a moment.';
  return undefined;
}

const base = location.pathname.replace(/\/+$/, '');

/** How the lead stands now. Changes nothing. */
export function readLead() {
  return call('/lead.json', {});
}

/** Does something for whoever has the link; answers how the lead stands then. */
export function act(name, body = {}, headers = {}) {
  return call(`/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function call(path, init) {
  const response = await fetch(`${base}${path}`, { cache: 'no-store', ...init });
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused({ ...answer, status: response.status });
  return answer;
}
