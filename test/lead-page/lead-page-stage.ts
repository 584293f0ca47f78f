import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import helmet from 'helmet';
import { leadPageRouter } from '../../src/lead-page/router.ts';
import { problemHandler, refuseUnknownPath } from '../../src/lib/http/error-handler.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import { sampleContent } from '../notifications/sample-notification.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation, type ConversationOptions } from '../support/arrange-conversation.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { recordJobs } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testDownloads } from '../support/test-downloads.ts';

const root = fileURLToPath(new URL('../../web/lead', import.meta.url));

/** The page of a notification over a database of its own, listening. */
export type LeadPageStage = {
  database: TestDatabase;
  url: string;
  jobs: ReturnType<typeof recordJobs>['jobs'];
  /** A notification about a conversation of a tenant of its own. */
  arrange(options?: ArrangeOptions): Promise<Arranged>;
  close(): Promise<void>;
};

export type ArrangeOptions = {
  tenant?: Tenant;
  settings?: object;
  conversation?: ConversationOptions;
  kind?: 'event' | 'test' | 'digest';
  ageDays?: number;
  quote?: string;
};

export type Arranged = {
  tenant: Tenant;
  conversationId: string;
  notificationId: string;
  token: string;
  page: string;
};

let tokens = 0;

/** Starts it; what the page enqueues is recorded. */
export async function startLeadPage(): Promise<LeadPageStage> {
  const database = await createTestDatabase();
  const { enqueue, jobs } = recordJobs();
  const app = express();
  app.use(helmet());
  app.use(
    leadPageRouter({
      root,
      app: database.pool('rapport_app'),
      receiver: database.pool('rapport_receiver'),
      newId,
      downloads: testDownloads,
      channelFor: () => scriptedChannel(),
      enqueue,
      log: silentLog,
      publishLook: () => {},
      now: () => new Date(),
    }),
  );
  app.use(refuseUnknownPath, problemHandler(silentLog));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    database,
    url,
    jobs,
    arrange: (options = {}) => arrange(database, url, options),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.drop();
    },
  };
}

async function arrange(
  { owner }: TestDatabase,
  url: string,
  options: ArrangeOptions,
): Promise<Arranged> {
  tokens += 1;
  const tenant =
    options.tenant ?? (await arrangeTenant(owner, { settings: options.settings ?? {} }));
  const conversationId = await arrangeConversation(owner, tenant, {
    authors: ['customer', 'ai', 'customer'],
    windowMinutes: 320,
    ...options.conversation,
  });
  const isLead = (options.kind ?? 'event') === 'event';
  const quote = options.quote ?? 'We open on 12 December';
  if (isLead) await arrangeExtraction(owner, tenant, conversationId, quote);
  const targetId = newId('tgt');
  await owner.query(
    `insert into notification_targets
       (notification_target_id, user_id, kind, address, address_shown, rules)
     values ($1, $2, 'email', 'x', 'x', '[]')`,
    [targetId, tenant.userId],
  );
  const notificationId = newId('ntf');
  const token = `token-of-a-test-${String(tokens).padStart(16, '0')}`;
  await owner.query(
    `insert into notifications
       (notification_id, user_id, notification_target_id, conversation_id, kind, status, content,
        open_token, escalate_at, created_at)
     values ($1, $2, $3, $4, $5, 'sent', $6, $7, now() + interval '15 minutes',
             now() - make_interval(days => $8))`,
    [
      notificationId,
      tenant.userId,
      targetId,
      isLead ? conversationId : null,
      options.kind ?? 'event',
      JSON.stringify(sampleContent({ conversationId, whyNow: [quote] })),
      token,
      options.ageDays ?? 0,
    ],
  );
  return { tenant, conversationId, notificationId, token, page: `${url}/n/${token}` };
}

async function arrangeExtraction(
  owner: TestDatabase['owner'],
  tenant: Tenant,
  conversationId: string,
  quote: string,
): Promise<void> {
  const said = {
    score: 3,
    level: 'High',
    evidence: [{ messageId: 'msg_1', quote }],
    missing: null,
  };
  const unknown = { score: 1, level: 'Unknown', evidence: [], missing: 'Whether money is there' };
  await owner.query(
    `insert into extractions
       (extraction_id, user_id, conversation_id, contact_id, agent_id, platform, customer_phone, source,
        name, company, email, phone, intent, intent_score, urgency_score, budget_score, fit_score,
        engagement_score, total_score, score_percent, lead_status_tag, reasoning, brief, understood)
     select $1, c.user_id, c.conversation_id, c.contact_id, c.agent_id, 'whatsapp', c.customer_phone,
            'model', 'Ana Silva', 'Casa do Mar', 'ana@casadomar.example', '+351 912 345 678',
            'Wants 40 oak chairs', 3, 3, 1, 3, 3, 13, 80, 'Hot', $3, $4, '{}'
       from conversations c
      where c.user_id = $5 and c.conversation_id = $2`,
    [
      newId('ext'),
      conversationId,
      JSON.stringify({
        intent: said,
        urgency: said,
        budget: unknown,
        fit: said,
        engagement: { ...said, evidence: [] },
      }),
      JSON.stringify({
        wants: '40 oak chairs before 12 December',
        whyNow: [{ messageId: 'msg_1', quote }],
        promised: [{ messageId: 'msg_2', text: 'A quote by Monday' }],
      }),
      tenant.userId,
    ],
  );
}

/** How the notification stands in the database. */
export async function storedNotification(
  stage: LeadPageStage,
  { notificationId }: Arranged,
): Promise<{ openedAt: Date | null; escalateAt: Date | null }> {
  const { rows } = await stage.database.owner.query(
    `select opened_at as "openedAt", escalate_at as "escalateAt"
       from notifications where notification_id = $1`,
    [notificationId],
  );
  return rows[0];
}
