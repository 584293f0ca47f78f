import type { Api } from './api.ts';
import type { SessionKeeper } from './session.ts';
import type { Store } from './store.ts';
import { receiptDue } from './thread.ts';

const restMs = 400;

/** Tells the server what was received and read, a moment after it was, and each thing once. */
export function tellReceipts(deps: {
  api: Api;
  session: SessionKeeper;
  store: Store;
  /** Only one tab tells what was received. */
  isLeading: () => boolean;
}): () => void {
  const told = { delivered: 0, read: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = async (): Promise<void> => {
    timer = undefined;
    const due = receiptDue(deps.store.state(), told);
    if (due === undefined || (due.status === 'delivered' && !deps.isLeading())) return;
    told[due.status] = due.through;
    const answer = await deps.session.withToken((token) => deps.api.tellReceipt(token, due));
    // A receipt that was not taken is told with the next change; a later one includes it.
    if (!answer.ok && told[due.status] === due.through) told[due.status] = due.through - 1;
  };
  return deps.store.listen(() => {
    if (timer !== undefined || receiptDue(deps.store.state(), told) === undefined) return;
    timer = setTimeout(() => void tell(), restMs);
  });
}
