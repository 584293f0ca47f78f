import { randomBytes } from 'node:crypto';
import { envelope, messagesValue, textMessage } from '../../simulators/meta/payloads.ts';
import { signWebhook, webhookJson } from '../../simulators/meta/sign.ts';

/** Who writes to whom. Customer n always writes to the same account. */
export type Writers = {
  accountIds: string[];
  firstCustomer: number;
  customers: number;
  appSecret: string;
};

/** `number` stands at the end of the message's text, in parentheses. */
export type PreparedRequest = { customer: string; number: number; bytes: Buffer };

/** A prime, so that customers come in no order that an index could like. */
const stride = 7_919;

/** The number of customer n: fictional, but of a valid length. */
export function customerNumber(n: number): string {
  return `49150${String(n).padStart(8, '0')}`;
}

/** Makes signed webhooks, one message each, from one customer after the other. */
export function requestMaker(writers: Writers, port: number): () => PreparedRequest {
  const run = randomBytes(6).toString('hex');
  const head = `POST /webhooks/meta HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
  let made = 0;
  return () => {
    const n = writers.firstCustomer + ((made * stride) % writers.customers);
    const customer = customerNumber(n);
    made += 1;
    const from = { waId: customer, name: `Customer ${n}` };
    const id = `wamid.${run}${String(made).padStart(10, '0')}${'A'.repeat(24)}`;
    const text = `How much is the starter package, and does it come with support? (${made})`;
    const message = textMessage({ id, from, text, at: new Date() });
    const accountId = writers.accountIds[n % writers.accountIds.length] ?? '';
    const body = webhookJson(
      envelope([messagesValue({ phoneNumberId: accountId }, from, [message])]),
    );
    const signature = signWebhook(body, writers.appSecret);
    return {
      customer,
      number: made,
      bytes: Buffer.from(
        `${head}X-Hub-Signature-256: ${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        'latin1',
      ),
    };
  };
}
