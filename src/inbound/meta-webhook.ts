import { timingSafeEqual } from 'node:crypto';
import express from 'express';
import { z } from 'zod';
import type { InboundEvent } from '../channels/inbound-event.ts';
import { verifyMetaSignature } from '../channels/meta-signature.ts';
import { PermanentError } from '../lib/errors.ts';

export type MetaWebhookDeps = {
  verifyToken: string;
  /** Any of these may have signed: several while a secret is changed, or one for each app. */
  appSecrets: string[];
  /** Reads a body whose signature held; what it does not understand becomes unknown events. */
  parse: (body: unknown) => InboundEvent[];
  ingest: (events: InboundEvent[]) => Promise<void>;
  /** Hears how long each delivery took until its answer, in seconds. */
  observeAck: (seconds: number) => void;
};

/** The signature over the raw bytes is missing or wrong. */
export class BadSignature extends PermanentError {
  override readonly code = 'webhook.bad_signature';
  override readonly status = 401;
}

/** The body is signed but no JSON. */
export class BodyIsNoJson extends PermanentError {
  override readonly code = 'webhook.no_json';
  override readonly status = 400;
}

/** Somebody else than Meta's set-up asks. */
export class BadHandshake extends PermanentError {
  override readonly code = 'webhook.bad_handshake';
  override readonly status = 403;
}

const Handshake = z.object({
  'hub.mode': z.literal('subscribe'),
  'hub.verify_token': z.string(),
  'hub.challenge': z.string(),
});

/** `GET` and `POST /webhooks/meta`: the signature is checked over the raw bytes before anything else happens. */
export function metaWebhookRouter(deps: MetaWebhookDeps): express.Router {
  const router = express.Router();
  router.get('/webhooks/meta', (req, res) => {
    const asked = Handshake.safeParse(req.query);
    if (!asked.success || !isSame(asked.data['hub.verify_token'], deps.verifyToken)) {
      throw new BadHandshake('The verify token is not the one this installation was given.');
    }
    res.type('text/plain').send(asked.data['hub.challenge']);
  });
  const rawBody = express.raw({ type: () => true, limit: '4mb', inflate: false });
  router.post('/webhooks/meta', rawBody, async (req, res) => {
    const startedAt = performance.now();
    const body: unknown = req.body;
    const rawBytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const header = req.get('x-hub-signature-256');
    if (!verifyMetaSignature({ rawBody: rawBytes, header, secrets: deps.appSecrets })) {
      throw new BadSignature('X-Hub-Signature-256 does not match the body and the app secret.');
    }
    await deps.ingest(deps.parse(parseJson(rawBytes)));
    res.type('text/plain').send('ok');
    deps.observeAck((performance.now() - startedAt) / 1_000);
  });
  return router;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BodyIsNoJson('The body is signed but is no JSON.');
  }
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
