import { createHmac } from 'node:crypto';

/** The value of X-Hub-Signature-256 for exactly these bytes. */
export function signWebhook(body: Buffer | string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** JSON as Meta writes it: slashes and everything outside ASCII escaped, so that the signed bytes are plain ASCII. */
export function webhookJson(value: unknown): string {
  return JSON.stringify(value).replace(/[/\u007f-\uffff]/g, (char) =>
    char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
