import { isRecord, jsonOf, listOf, numberOf, textOf } from './fields.ts';
import type { FormAnswers, Message, Session } from './protocol.ts';
import { readMessage, readSession } from './read-answer.ts';

/** Why a request was not answered as hoped. Status 0: nobody answered. */
export type Refusal = {
  ok: false;
  status: number;
  code: string;
  detail: string;
  retryAfterMs: number | null;
};

export type Answer<Value> = { ok: true; value: Value } | Refusal;

export type MessagesPage = { messages: Message[]; isLast: boolean };

export type NewMessage = {
  clientMessageId: string;
  text?: string;
  attachmentIds?: string[];
  form?: FormAnswers;
};

/** The requests of docs/webchat.md. Nothing here throws: what goes wrong is a Refusal. */
export type Api = {
  base: string;
  openSession(body: { key: string; token?: string; identity?: string }): Promise<Answer<Session>>;
  postMessage(token: string, message: NewMessage): Promise<Answer<Message>>;
  messages(
    token: string,
    query: { after: number } | { before: number },
    limit: number,
  ): Promise<Answer<MessagesPage>>;
  tellReceipt(
    token: string,
    receipt: { status: 'delivered' | 'read'; through: number },
  ): Promise<Answer<null>>;
  tellTyping(token: string): Promise<Answer<null>>;
};

const patienceMs = 20_000;

/** Makes the requests to the host that the script came from. */
export function createApi(base: string): Api {
  const url = (path: string): string => `${base}/webchat/${path}`;
  const ask = async (path: string, options: AskOptions): Promise<Answer<unknown>> => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), patienceMs);
    try {
      const response = await fetch(url(path), {
        method: options.body === undefined ? 'GET' : 'POST',
        credentials: 'omit',
        cache: 'no-store',
        headers: {
          ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
          ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        body: options.body === undefined ? null : JSON.stringify(options.body),
        signal: giveUp.signal,
      });
      const text = await response.text();
      if (response.ok) return { ok: true, value: jsonOf(text) };
      return refusal(response.status, text, response.headers.get('Retry-After'));
    } catch {
      return refusal(0, '', null);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    base,
    openSession: async (body) => read(await ask('sessions', { body }), readSession),
    postMessage: async (token, body) =>
      read(await ask('messages', { token, body }), (value) => readMessage(value, base)),
    messages: async (token, query, limit) => {
      const where = 'after' in query ? `after=${query.after}` : `before=${query.before}`;
      const answer = await ask(`messages?${where}&limit=${limit}`, { token });
      return read(answer, (value) => readPage(value, base));
    },
    tellReceipt: async (token, body) => read(await ask('receipts', { token, body }), nothing),
    tellTyping: async (token) => read(await ask('typing', { token, body: {} }), nothing),
  };
}

/** What an answer that is no success says. */
export function refusal(status: number, body: string, retryAfter: string | null): Refusal {
  const problem = jsonOf(body);
  const fields = isRecord(problem) ? problem : {};
  const seconds = retryAfter === null ? null : numberOf(Number(retryAfter));
  return {
    ok: false,
    status,
    code: textOf(fields['code']) ?? '',
    detail: textOf(fields['detail']) ?? textOf(fields['title']) ?? '',
    retryAfterMs: seconds === null ? null : Math.max(0, seconds) * 1000,
  };
}

/** Whether the same request may well be taken later. */
export function isPassing({ status }: Refusal): boolean {
  return status === 0 || status === 408 || status === 425 || status === 429 || status >= 500;
}

type AskOptions = { token?: string; body?: object };

function read<Value>(
  answer: Answer<unknown>,
  reader: (value: unknown) => Value | undefined,
): Answer<Value> {
  if (!answer.ok) return answer;
  const value = reader(answer.value);
  // A success that cannot be read is a proxy's page or a server of another time: as if nobody had answered.
  return value === undefined ? refusal(0, '', null) : { ok: true, value };
}

function readPage(value: unknown, base: string): MessagesPage | undefined {
  if (!isRecord(value) || !Array.isArray(value['data'])) return undefined;
  return {
    messages: listOf(value['data'], (item) => readMessage(item, base)),
    isLast: value['nextCursor'] == null,
  };
}

function nothing(): null {
  return null;
}
