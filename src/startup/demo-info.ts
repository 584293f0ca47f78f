import type { Context } from '../context.ts';
import { asTenant } from '../lib/tenant.ts';
import { readConnection } from '../meetings/connection/read-connection.ts';
import type { DemoInfo } from '../start-page/router.ts';
import { signIdentity } from '../webchat/identity.ts';
import { demoBusiness, demoVisitor } from './demo-business.ts';
import { type DemoChannel, readDemoChannels } from './demo-channels.ts';
import type { DemoTenant } from './demo-tenant.ts';
import type { OpenProviders } from './providers.ts';

export type DemoInfoDeps = {
  context: Pick<Context, 'app' | 'vault' | 'now'> & {
    config: { openai: { model: string }; extraction: { idleMs: number } };
  };
  demo: DemoTenant | undefined;
  opened: Pick<OpenProviders, 'simulators' | 'simulated'>;
};

/** What the start page is told of the demo tenant as it is now; undefined when there is none. */
export async function demoInfo({
  context,
  demo,
  opened,
}: DemoInfoDeps): Promise<DemoInfo | undefined> {
  if (demo === undefined) return undefined;
  const channels = await readDemoChannels(context, demo.userId);
  return {
    ...demo,
    channels: await Promise.all(channels.map((channel) => shown(channel, context.now()))),
    simulatorUrl: opened.simulators?.url ?? null,
    simulated: opened.simulated,
    calendarAccount: await calendarAccount(context, demo, opened),
    timeZone: demoBusiness.timeZone,
    model: context.config.openai.model,
    readLeadAfterMs: context.config.extraction.idleMs,
  };
}

async function shown(
  { accessToken, ...channel }: DemoChannel,
  now: Date,
): Promise<DemoInfo['channels'][number]> {
  if (channel.platform !== 'webchat') return channel;
  return { ...channel, identity: await signIdentity(demoVisitor, accessToken, now) };
}

/** Null where Google is real, or the calendar is not connected now. */
async function calendarAccount(
  { app }: DemoInfoDeps['context'],
  { userId }: DemoTenant,
  { simulated }: DemoInfoDeps['opened'],
): Promise<string | null> {
  if (!simulated.includes('google')) return null;
  const connection = await asTenant(app, userId, (tx) => readConnection(tx, userId));
  return connection?.accountEmail ?? null;
}
