import { type Answer, type Api, isPassing, type NewMessage } from './api.ts';
import { backoffMs } from './backoff.ts';
import { isRecord, jsonOf, listOf, numberOf, textOf } from './fields.ts';
import type { Locks } from './locks.ts';
import type { Nap } from './nap.ts';
import type { FormAnswers, Message } from './protocol.ts';
import { readAttachment } from './read-answer.ts';
import type { SessionKeeper } from './session.ts';
import type { OutboxEntry } from './state.ts';
import type { Slot } from './storage.ts';

/** What the visitor wrote, kept until the server has it: beyond a reload, and for all tabs. */
export type Outbox = {
  entries(): OutboxEntry[];
  put(entry: OutboxEntry): void;
  remove(clientMessageId: string): void;
  /** Sends what waits, in its order, one at a time and from one tab at a time. */
  send(): Promise<void>;
};

export type OutboxDeps = {
  api: Api;
  slot: Slot;
  locks: Locks;
  nap: Nap;
  session: SessionKeeper;
  isStopped: () => boolean;
  onTaken: (message: Message) => void;
  onChange: () => void;
};

const prefix = 'out:';

/** Opens the outbox of a slot. Each entry has a place of its own, so that two tabs never overwrite each other. */
export function openOutbox(deps: OutboxDeps): Outbox {
  let sending: Promise<void> | undefined;
  let isAsked = false;
  const outbox: Outbox = {
    entries: () =>
      listOf(
        deps.slot.list(prefix).map(({ value }) => jsonOf(value)),
        (value) => readEntry(value, deps.api.base),
      ).sort((a, b) => a.createdAt - b.createdAt),
    put(entry) {
      deps.slot.set(prefix + entry.clientMessageId, JSON.stringify(entry));
      deps.onChange();
    },
    remove(clientMessageId) {
      deps.slot.remove(prefix + clientMessageId);
      deps.onChange();
    },
    send() {
      isAsked = true;
      sending ??= sendAll().finally(() => {
        sending = undefined;
      });
      return sending;
    },
  };

  const sendAll = async (): Promise<void> => {
    for (let failures = 1; !deps.isStopped(); failures += 1) {
      isAsked = false;
      // The turn is given back while waiting: a tab that wakes earlier may be the one to send.
      const waitMs = await deps.locks.hold('send', () => sendUntilRefused());
      if (waitMs === 'nothing left') {
        // What was put while the last look was ending asked in vain.
        if (isAsked) continue;
        return;
      }
      await deps.nap.take(waitMs ?? backoffMs(failures, Math.random()));
    }
  };
  /** Sends the oldest; says how long to wait when it must be sent again. */
  const sendOldest = async (entry: OutboxEntry): Promise<SendOutcome | 'stopped'> => {
    const answer = await deps.session.withToken((token) =>
      deps.api.postMessage(token, toMessage(entry)),
    );
    if (deps.isStopped()) return 'stopped';
    const outcome = afterSend(entry, answer);
    if (outcome.is === 'taken') {
      deps.onTaken(outcome.message);
      outbox.remove(entry.clientMessageId);
    }
    if (outcome.is === 'refused') outbox.put(outcome.entry);
    return outcome;
  };
  const sendUntilRefused = async (): Promise<number | null | 'nothing left'> => {
    for (;;) {
      const entry = nextToSend(outbox.entries());
      const outcome = entry === undefined ? 'stopped' : await sendOldest(entry);
      if (outcome === 'stopped') return 'nothing left';
      if (outcome.is === 'again') return outcome.afterMs;
    }
  };
  return outbox;
}

/** The oldest entry that may still be taken. */
export function nextToSend(entries: OutboxEntry[]): OutboxEntry | undefined {
  return entries.find(({ refusal }) => refusal === null);
}

export type SendOutcome =
  | { is: 'taken'; message: Message }
  | { is: 'again'; afterMs: number | null }
  | { is: 'refused'; entry: OutboxEntry };

/** What becomes of an entry after the server answered, or did not. */
export function afterSend(entry: OutboxEntry, answer: Answer<Message>): SendOutcome {
  if (answer.ok) return { is: 'taken', message: answer.value };
  if (isPassing(answer) || answer.status === 401) {
    return { is: 'again', afterMs: answer.retryAfterMs };
  }
  return { is: 'refused', entry: { ...entry, refusal: answer.detail || answer.code || '–' } };
}

/** The request that carries an entry. */
export function toMessage({ clientMessageId, text, attachments, form }: OutboxEntry): NewMessage {
  return {
    clientMessageId,
    ...(text === '' ? {} : { text }),
    ...(attachments.length === 0
      ? {}
      : { attachmentIds: attachments.map(({ attachmentId }) => attachmentId) }),
    ...(form === null || Object.keys(form).length === 0 ? {} : { form }),
  };
}

function readEntry(value: unknown, base: string): OutboxEntry | undefined {
  if (!isRecord(value)) return undefined;
  const clientMessageId = textOf(value['clientMessageId']);
  if (clientMessageId === null) return undefined;
  return {
    clientMessageId,
    text: textOf(value['text']) ?? '',
    attachments: listOf(value['attachments'], (item) => readAttachment(item, base)),
    form: readForm(value['form']),
    createdAt: numberOf(value['createdAt']) ?? 0,
    refusal: textOf(value['refusal']),
  };
}

/** The answers of the form, as they were kept. */
export function readForm(value: unknown): FormAnswers | null {
  if (!isRecord(value)) return null;
  const answers: FormAnswers = {};
  for (const name of ['name', 'email', 'phone', 'company'] as const) {
    const answer = textOf(value[name]);
    if (answer !== null) answers[name] = answer;
  }
  return answers;
}
