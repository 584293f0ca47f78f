import { whileSeen } from './while-seen.js';

/**
 * Looks for mails that the simulated mail server took since the last look. `onMails` gets them oldest first; `isFirst`
 * for those that were there before the page.
 */
export function followMails(simulator, onMails) {
  let after;
  whileSeen(async () => {
    const mails = await simulator.mails(after ?? 0);
    if (mails.length > 0) onMails(mails, { isFirst: after === undefined });
    after = mails.at(-1)?.sequence ?? after ?? 0;
  });
}

/** A mail as one of the calls between those who take part. */
export function mailCall({ at, to }) {
  return {
    from: 'rapport',
    to: 'Mail',
    method: 'SMTP',
    path: to.join(', '),
    note: 'a mail',
    at: Date.parse(at),
  };
}
