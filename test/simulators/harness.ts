import { isObject, type JsonObject, objectsAt, textAt } from '../../simulators/lib/json.ts';
import {
  type RunningSimulators,
  type SimulatorOptions,
  startSimulators,
} from '../../simulators/start.ts';
import { startReceiver, type WebhookReceiver } from './webhook-receiver.ts';

export const appSecret = 'a-secret-of-tests';
export const phoneNumberId = '106500000000001';
export const customer = '15550002222';

export type Answer = { status: number; headers: Headers; body: JsonObject };

export type Harness = {
  simulators: RunningSimulators;
  receiver: WebhookReceiver;
  graph(method: string, path: string, body?: unknown, token?: string | null): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  model(body: unknown, key?: string | null): Promise<Answer>;
  send(text: string, extra?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
};

/** Simulators and a receiver of their webhooks, with statuses that follow at once. */
export async function startHarness(options: Partial<SimulatorOptions> = {}): Promise<Harness> {
  const receiver = await startReceiver();
  const simulators = await startSimulators({
    webhookUrl: receiver.url,
    appSecret,
    sentAfterMs: 5,
    deliveredAfterMs: 20,
    readAfterMs: 40,
    redeliverAfterMs: 20,
    ...options,
  });
  const call = async (method: string, path: string, body: unknown, token: string | null) => {
    const response = await fetch(`${simulators.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answered: unknown = await response.json();
    const parsed = isObject(answered) ? answered : {};
    return { status: response.status, headers: response.headers, body: parsed };
  };
  const graph: Harness['graph'] = (method, path, body, token = 'token') =>
    call(method, `/v25.0${path}`, body, token);
  return {
    simulators,
    receiver,
    graph,
    control: (method, path, body) => call(method, `/_simulator${path}`, body, null),
    model: (body, key = 'key') => call('POST', '/v1/responses', body, key),
    send: (text, extra = {}) =>
      graph('POST', `/${phoneNumberId}/messages`, {
        messaging_product: 'whatsapp',
        to: `+${customer}`,
        type: 'text',
        text: { body: text },
        ...extra,
      }),
    async close() {
      await simulators.close();
      await receiver.close();
    },
  };
}

/** The calls to WhatsApp that the simulator recorded; `query` begins with a question mark. */
export async function sentCalls(harness: Harness, query = ''): Promise<JsonObject[]> {
  return objectsAt((await harness.control('GET', `/whatsapp/sent${query}`)).body, 'data');
}

/** The id that Graph gave to a message. */
export function messageIdOf({ body }: Answer): string {
  const [message] = objectsAt(body, 'messages');
  return textAt(message ?? {}, 'id') ?? '';
}
