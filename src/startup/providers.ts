import { randomBytes } from 'node:crypto';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import { BadConfiguration, type Config, type Role } from '../config/config.ts';
import type { Providers } from '../context.ts';

export type SimulatedProvider = 'whatsapp' | 'instagram' | 'openai' | 'mail';

/** Where the providers are, and which of them are simulated. */
export type OpenProviders = {
  providers: Providers;
  simulated: SimulatedProvider[];
  simulators: RunningSimulators | undefined;
};

/** Which providers `SIMULATE` and the credentials leave to simulators. */
export function simulatedProviders(config: Config): SimulatedProvider[] {
  if (config.simulate === 'none') return [];
  if (config.simulate === 'all') return ['whatsapp', 'instagram', 'openai', 'mail'];
  return [
    ...(config.meta.appSecret === undefined ? (['whatsapp'] as const) : []),
    ...(config.instagram.appSecret === undefined ? (['instagram'] as const) : []),
    ...(config.openai.apiKey === undefined ? (['openai'] as const) : []),
    ...(config.notifications.smtpUrl === undefined ? (['mail'] as const) : []),
  ];
}

/**
 * Starts the simulators that are wanted. Processes of one role start none, because all must share them:
 * they need credentials, or the address of simulators that run by themselves. Throws BadConfiguration.
 */
export async function openProviders(
  config: Config,
  role: Role,
  webhookUrl: string,
): Promise<OpenProviders> {
  const simulated = role === 'all' ? simulatedProviders(config) : [];
  if (simulated.length === 0) {
    refuseMissingCredentials(config);
    return { providers: realProviders(config), simulated, simulators: undefined };
  }
  const appSecret = config.meta.appSecret ?? randomSecret();
  const instagramAppSecret = config.instagram.appSecret ?? randomSecret();
  const simulators = await startSimulators({
    webhookUrl,
    appSecret,
    instagramAppSecret,
    port: config.simulatorsPort,
    host: config.http.host,
  });
  const real = realProviders(config);
  return {
    simulated,
    simulators,
    providers: {
      ...real,
      appSecrets: [appSecret, instagramAppSecret],
      ...(simulated.includes('whatsapp') ? { graphUrl: simulators.graphUrl } : {}),
      ...(simulated.includes('instagram')
        ? { instagramGraphUrl: simulators.instagramGraphUrl }
        : {}),
      ...(simulated.includes('openai')
        ? { openaiBaseUrl: simulators.openaiBaseUrl, openaiApiKey: 'simulated' }
        : {}),
      ...(simulated.includes('mail') ? { smtpUrl: simulators.smtpUrl } : {}),
    },
  };
}

function realProviders(config: Config): Providers {
  const secrets = [config.meta.appSecret, config.instagram.appSecret];
  return {
    graphUrl: config.meta.graphUrl ?? 'https://graph.facebook.com',
    instagramGraphUrl: config.instagram.graphUrl ?? 'https://graph.instagram.com',
    appSecrets: secrets.filter((secret) => secret !== undefined),
    verifyToken: config.meta.verifyToken ?? randomSecret(),
    openaiBaseUrl: config.openai.baseUrl ?? 'https://api.openai.com/v1',
    openaiApiKey: config.openai.apiKey ?? 'none',
    smtpUrl: config.notifications.smtpUrl,
  };
}

function randomSecret(): string {
  return randomBytes(24).toString('hex');
}

function refuseMissingCredentials(config: Config): void {
  const missing = [
    ...(config.meta.appSecret === undefined
      ? ['  META_APP_SECRET: is needed, because WhatsApp is not simulated here']
      : []),
    ...(config.openai.apiKey === undefined
      ? ['  OPENAI_API_KEY: is needed, because OpenAI is not simulated here']
      : []),
  ];
  if (missing.length === 0) return;
  throw new BadConfiguration(
    `rapport cannot start with these settings (.env.example explains each):\n${missing.join('\n')}`,
  );
}
