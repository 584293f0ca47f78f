import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/**
 * Whether one of the app secrets signed exactly these bytes. Several secrets let one be rotated and let Instagram
 * have its own. An empty secret never matches: anybody could sign with it.
 * Source: webhooks/create-webhook-endpoint, `X-Hub-Signature-256: sha256=<lower-case hex>`.
 */
export function verifyMetaSignature(request: {
  rawBody: Buffer;
  header: string | undefined;
  secrets: readonly string[];
}): boolean {
  const hex = SIGNATURE.exec(request.header ?? '')?.[1];
  if (hex === undefined) {
    return false;
  }
  const claimed = Buffer.from(hex, 'hex');
  return request.secrets
    .filter((secret) => secret !== '')
    .some((secret) => timingSafeEqual(claimed, digest(request.rawBody, secret)));
}

/** The `X-Hub-Signature-256` header with which Meta would send these bytes: for simulators and tests. */
export function signMetaBody(rawBody: Buffer, secret: string): string {
  return `sha256=${digest(rawBody, secret).toString('hex')}`;
}

function digest(rawBody: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(rawBody).digest();
}
