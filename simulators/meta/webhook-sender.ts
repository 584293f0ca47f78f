import * as http from 'node:http';
import * as https from 'node:https';
import type { Counters } from '../counters.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';
import { signWebhook, webhookJson } from './sign.ts';

/** Posts signed webhooks to the app. */
export type WebhookSender = {
  /** One POST of these bytes; answers the HTTP status, 0 when there was no answer. */
  post(body: string, signature?: string | null): Promise<number>;
  /** Posts a payload and, as Meta does, posts it again later until it is answered 200. Answers the first status. */
  deliver(payload: unknown): Promise<number>;
  close(): void;
};

type Deps = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  /** What webhooks are signed with, unless it is the app's secret. */
  secret?: () => string;
};

const answerTimeoutMs = 20_000;
const maxWaiting = 10_000;

export function createWebhookSender(deps: Deps): WebhookSender {
  const { settings, counters, timers, secret = () => settings.appSecret } = deps;
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: 64 }),
    https: new https.Agent({ keepAlive: true, maxSockets: 64 }),
  };
  const inFlight = new Set<http.ClientRequest>();
  let waiting = 0;

  async function post(body: string, signature?: string | null): Promise<number> {
    counters.webhooksPosted += 1;
    const status = await postOnce({ settings, agents, inFlight, secret }, body, signature);
    if (status !== 200) counters.webhooksRefused += 1;
    return status;
  }

  async function redeliver(body: string, attempt: number): Promise<void> {
    waiting -= 1;
    counters.webhooksRedelivered += 1;
    const status = await post(body);
    if (status !== 200) redeliverLater(body, attempt + 1);
  }

  function redeliverLater(body: string, attempt: number): void {
    if (attempt > settings.redeliverTimes || waiting >= maxWaiting) {
      counters.webhooksGivenUp += 1;
      return;
    }
    waiting += 1;
    const delayMs = Math.min(
      settings.redeliverMaxMs,
      settings.redeliverAfterMs * 2 ** (attempt - 1),
    );
    timers.after(delayMs, () => void redeliver(body, attempt));
  }

  return {
    post,
    async deliver(payload) {
      const body = webhookJson(payload);
      const status = await post(body);
      if (status !== 200) redeliverLater(body, 1);
      return status;
    },
    close() {
      for (const request of inFlight) request.destroy();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Wire = {
  settings: SimulatorSettings;
  agents: { http: http.Agent; https: https.Agent };
  inFlight: Set<http.ClientRequest>;
  secret: () => string;
};

function postOnce(wire: Wire, body: string, signature?: string | null): Promise<number> {
  const { settings, agents, inFlight, secret } = wire;
  const secure = settings.webhookUrl.startsWith('https:');
  const signed = signature === undefined ? signWebhook(body, secret()) : signature;
  return new Promise((resolve) => {
    const request = (secure ? https : http).request(settings.webhookUrl, {
      method: 'POST',
      agent: secure ? agents.https : agents.http,
      timeout: answerTimeoutMs,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'content-length': Buffer.byteLength(body),
        ...(signed === null ? {} : { 'x-hub-signature-256': signed }),
      },
    });
    inFlight.add(request);
    const settle = (status: number) => {
      inFlight.delete(request);
      resolve(status);
    };
    request.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => settle(answer.statusCode ?? 0));
      answer.on('close', () => settle(0));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => settle(0));
    request.on('close', () => settle(0));
    request.end(body);
  });
}
