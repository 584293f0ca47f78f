import { openEvents } from '../realtime/event-client.ts';
import type { Tenant } from './arrange.ts';
import type { Stage } from './stage.ts';

/** What came back, parsed; undefined where there was no body. */
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** A visitor's page without the page: it asks what a widget would. */
export type VisitorClient = {
  token: string;
  conversationId: string;
  session: Record<string, unknown>;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** Writes a text; `id` is the visitor's own. */
  write(text: string, id?: string, more?: object): Promise<Answer>;
  messages(query?: string): Promise<Record<string, unknown>[]>;
  /** Follows the conversation after a message. */
  events(after?: number): ReturnType<typeof openEvents>;
};

type AskOptions = { body?: unknown; method?: string; headers?: Record<string, string> };

let written = 0;

/** Opens a session as a page does; `more` goes into its body, `headers` come from its browser. */
export async function openVisitor(
  stage: Pick<Stage, 'webhookUrl'>,
  tenant: Pick<Tenant, 'accountId'>,
  options: { more?: object; headers?: Record<string, string> } = {},
): Promise<VisitorClient> {
  const { headers = {} } = options;
  const opened = await askWebchat(stage, 'sessions', {
    body: { key: tenant.accountId, ...options.more },
    headers,
  });
  if (opened.status !== 200) throw new Error(`no session: ${JSON.stringify(opened)}`);
  const token = String(opened.body['token']);
  const ask = (path: string, asked: AskOptions = {}) =>
    askWebchat(stage, path, {
      ...asked,
      headers: { authorization: `Bearer ${token}`, ...headers, ...asked.headers },
    });
  return {
    token,
    conversationId: String(opened.body['conversationId']),
    session: opened.body,
    ask,
    write: (text, id, more = {}) => {
      written += 1;
      const clientMessageId = id ?? `m-${process.pid}-${written}`;
      return ask('messages', { body: { clientMessageId, text, ...more } });
    },
    messages: async (query = '') => {
      const { body } = await ask(`messages${query}`);
      return Array.isArray(body['data']) ? body['data'] : [];
    },
    events: (after) =>
      openEvents({
        baseUrl: new URL('/webchat', stage.webhookUrl).href,
        bearer: token,
        lastEventId: after === undefined ? undefined : String(after),
      }),
  };
}

/** Asks the web chat of a stage's server; a body makes it a POST. */
export async function askWebchat(
  stage: Pick<Stage, 'webhookUrl'>,
  path: string,
  { body, method, headers = {} }: AskOptions = {},
): Promise<Answer> {
  const answer = await fetch(new URL(`/webchat/${path}`, stage.webhookUrl), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? {} : JSON.parse(text),
  };
}
