import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import pg from 'pg';

/** What a floor knows of a message it has stored. */
export type StoredMessage = { accountId: string; from: string; text: string };

export type FloorOptions = {
  databaseUrl: string;
  appSecret: string;
  poolSize: number;
  /** Hears of a customer's message after its webhook is answered. */
  afterAnswer: (message: StoredMessage) => void;
};

type Webhook = {
  entry: {
    changes: {
      value: {
        metadata: { phone_number_id: string };
        messages?: { id: string; from: string; text: { body: string } }[];
      };
    }[];
  }[];
};

/**
 * The least that keeps a webhook safe: Express, the signature over the raw bytes, JSON.parse, one insert
 * of the body, 200 after its commit. It knows no tenant, contact, conversation, sequence or owed reply.
 */
export function floorApp(options: FloorOptions): express.Express {
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: options.poolSize });
  const app = express();
  app.disable('x-powered-by');
  const rawBody = express.raw({ type: () => true, limit: '4mb' });
  app.post('/webhooks/meta', rawBody, async (req, res) => {
    const bytes: Buffer = req.body;
    if (!isSigned(bytes, req.get('x-hub-signature-256') ?? '', options.appSecret)) {
      res.sendStatus(401);
      return;
    }
    const text = bytes.toString('utf8');
    const body: Webhook = JSON.parse(text);
    const value = body.entry[0]?.changes[0]?.value;
    const message = value?.messages?.[0];
    const accountId = value?.metadata.phone_number_id ?? '';
    await pool.query({
      name: 'store',
      text: `insert into floor_messages (platform_message_id, phone_number_id, body)
             values ($1, $2, $3) on conflict (platform_message_id) do nothing`,
      values: [message?.id ?? null, accountId, text],
    });
    res.sendStatus(200);
    if (message !== undefined) {
      options.afterAnswer({ accountId, from: message.from, text: message.text.body });
    }
  });
  return app;
}

/** The floor's one table. */
export const floorTable = `create table if not exists floor_messages (
  floor_message_id bigint generated always as identity primary key,
  platform_message_id text unique,
  phone_number_id text not null,
  body text not null,
  received_at timestamptz not null default current_timestamp
)`;

function isSigned(bytes: Buffer, header: string, appSecret: string): boolean {
  const expected = Buffer.from(
    `sha256=${createHmac('sha256', appSecret).update(bytes).digest('hex')}`,
  );
  const given = Buffer.from(header);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
