import { startLeads } from '../../workers/leads.ts';
import { startMedia } from '../../workers/media.ts';
import { startMeetings } from '../../workers/meetings.ts';
import { startNotifications } from '../../workers/notifications.ts';
import { startReplies } from '../../workers/replies.ts';
import { createContextSender, startSends } from '../../workers/sends.ts';
import { startSweeps } from '../../workers/sweeps.ts';
import type { Config, Role } from '../config/config.ts';
import { type Context, createContext } from '../context.ts';
import { waitForStatuses } from '../delivery/wait-for-statuses.ts';
import { migrateJobTables } from '../jobs/bullmq.ts';
import type { JobGroup } from '../jobs/catalog.ts';
import { createLog } from '../lib/log.ts';
import { migrate } from '../lib/migrate.ts';
import { openDemoCalendar } from './demo-calendar.ts';
import { type DemoTenant, ensureDemoTenant } from './demo-tenant.ts';
import { openInstallation } from './installation.ts';
import { type OpenProviders, openProviders } from './providers.ts';
import { type RunningServer, startServer } from './server.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Turns that are nearly done may finish before the process hands the rest back. */
const finishMs = 4_000;

/**
 * Runs one process until it is told to stop: the database first, then the providers or their simulators,
 * then the workers and the server of its role. Stops in the opposite order, within 10 s.
 */
export async function runRole(options: {
  config: Config;
  role: Role;
  groups: JobGroup[];
}): Promise<void> {
  const { config, role, groups } = options;
  const signal = stopOnSignal();
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const installation = await openInstallation(config, say);
  const closers: (() => Promise<void>)[] = [() => installation.stop()];
  try {
    const { ownerUrl, vault } = installation;
    await migrate({ ownerUrl, vault, migrateJobs: migrateJobTables });
    const opened = await openProviders(
      config,
      role,
      webhookUrl(config.http.host, config.http.port),
    );
    closers.push(async () => opened.simulators?.close());
    const log = createLog({ level: config.logLevel, role });
    const context = await createContext({ config, providers: opened.providers, installation, log });
    closers.push(() => context.close());
    const demo = role === 'worker' ? undefined : await demoFor(context, opened);
    if (role !== 'worker') await waitForStatuses(context.receiver, config.sends.settleMs);
    if (role !== 'server') closers.push(startWorkers(context, groups));
    if (role !== 'worker') {
      const server = await startServer({
        context,
        adminApiKey: installation.adminApiKey,
        opened,
        demo,
      });
      closers.push(() => server.close());
      opened.simulators?.configure({ webhookUrl: webhookUrl(config.http.host, server.port) });
      announce(say, server, opened, demo);
    } else {
      say(`rapport worker is working on: ${groups.join(', ')}`);
    }
    await signal.received;
    log.info('stopping', {});
  } finally {
    for (const close of closers.reverse()) await close();
  }
  process.exit(0);
}

function startWorkers(context: Context, groups: JobGroup[]): () => Promise<void> {
  const sendOwed = createContextSender(context);
  const replies = groups.includes('replies') ? startReplies(context, sendOwed) : undefined;
  if (groups.includes('sends')) startSends(context, sendOwed);
  if (groups.includes('media')) startMedia(context);
  if (groups.includes('meetings')) startMeetings(context);
  const leads = groups.includes('leads') ? startLeads(context) : undefined;
  const notifications = groups.includes('notifications') ? startNotifications(context) : undefined;
  const sweeps = startSweeps(context);
  return async () => {
    await sweeps.stop();
    notifications?.stop();
    await Promise.all([
      context.queues.stopWorking(finishMs),
      replies?.stop(finishMs),
      leads?.stop(finishMs),
    ]);
  };
}

async function demoFor(context: Context, opened: OpenProviders): Promise<DemoTenant | undefined> {
  const { simulated, simulators } = opened;
  if (!simulated.includes('whatsapp')) return undefined;
  const demo = await ensureDemoTenant({
    ...context,
    model: context.config.openai.model,
    isMailSimulated: simulated.includes('mail'),
  });
  if (demo !== undefined && simulators !== undefined && simulated.includes('google')) {
    await openDemoCalendar({ ...context, simulators }, demo.userId);
  }
  return demo;
}

function webhookUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/webhooks/meta`;
}

function announce(
  say: (line: string) => void,
  server: RunningServer,
  opened: OpenProviders,
  demo: DemoTenant | undefined,
): void {
  say('');
  say(`rapport is ready: ${server.url}`);
  if (demo !== undefined) say(`  Write to the demo tenant as a customer: ${server.url}/`);
  say(`  HTTP reference: ${server.url}/docs`);
  if (opened.simulated.length === 0) {
    say('  No provider is simulated.');
  } else {
    say(`  Simulated, nothing leaves this machine: ${opened.simulated.join(', ')}`);
    if (opened.simulated.includes('openai'))
      say('  Set OPENAI_API_KEY to let the real model answer.');
  }
  say('');
}
