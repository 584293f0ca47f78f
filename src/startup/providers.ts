import { randomBytes } from 'node:crypto';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import { BadConfiguration, type Config, type Role } from '../config/config.ts';
import type { Providers } from '../context.ts';
import { type GoogleProvider, googleProvider } from '../meetings/google/google-provider.ts';

export type SimulatedProvider = 'whatsapp' | 'instagram' | 'google' | 'openai' | 'mail';

/** The simulators take any app's id. */
const simulatedAppId = 'simulated-app';

/** Where the providers are, and which of them are simulated. */
export type OpenProviders = {
  providers: Providers;
  simulated: SimulatedProvider[];
  simulators: RunningSimulators | undefined;
};

/** Which providers `SIMULATE` and the credentials leave to simulators. */
export function simulatedProviders(config: Config): SimulatedProvider[] {
  if (config.simulate === 'none') return [];
  if (config.simulate === 'all') return ['whatsapp', 'instagram', 'google', 'openai', 'mail'];
  // One webhook takes what either of them signs, and anybody may have a simulator sign something: so both or none.
  const hasMeta = config.meta.appSecret !== undefined || config.instagram.appSecret !== undefined;
  return [
    ...(hasMeta ? [] : (['whatsapp', 'instagram'] as const)),
    ...(realGoogle(config.google).app === undefined ? (['google'] as const) : []),
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
  const signing = {
    whatsapp: signedBy(config.meta.appSecret, simulated.includes('whatsapp')),
    instagram: signedBy(config.instagram.appSecret, simulated.includes('instagram')),
  };
  const googleSecret = randomSecret();
  const simulators = await startSimulators({
    webhookUrl,
    appSecret: signing.whatsapp.simulator,
    instagramAppSecret: signing.instagram.simulator,
    googleClientSecret: googleSecret,
    port: config.simulatorsPort,
    host: config.http.host,
  });
  const real = realProviders(config);
  return {
    simulated,
    simulators,
    providers: {
      ...real,
      appSecrets: [...signing.whatsapp.accepted, ...signing.instagram.accepted],
      ...(simulated.includes('whatsapp') ? { graphUrl: simulators.graphUrl } : {}),
      ...(simulated.includes('instagram')
        ? {
            instagramGraphUrl: simulators.instagramGraphUrl,
            instagramConsent: {
              ...simulators.instagramConsentUrls,
              apps: {
                instagram: { id: simulatedAppId, secret: signing.instagram.simulator },
                facebook: { id: simulatedAppId, secret: signing.whatsapp.simulator },
              },
            },
          }
        : {}),
      ...(simulated.includes('google')
        ? { google: simulatedGoogle(simulators, googleSecret) }
        : {}),
      ...(simulated.includes('openai')
        ? { openaiBaseUrl: simulators.openaiBaseUrl, openaiApiKey: 'simulated' }
        : {}),
      ...(simulated.includes('mail') ? { smtpUrl: simulators.smtpUrl } : {}),
    },
  };
}

/**
 * The secret that a provider's simulator signs with, and those that are accepted. Anybody may have a simulator sign
 * something: next to the real provider it gets a secret that is accepted nowhere.
 */
function signedBy(configured: string | undefined, isSimulated: boolean) {
  if (!isSimulated) {
    return { simulator: randomSecret(), accepted: configured === undefined ? [] : [configured] };
  }
  const simulator = configured ?? randomSecret();
  return { simulator, accepted: [simulator] };
}

function realProviders(config: Config): Providers {
  const secrets = [config.meta.appSecret, config.instagram.appSecret];
  return {
    graphUrl: config.meta.graphUrl ?? 'https://graph.facebook.com',
    instagramGraphUrl: config.instagram.graphUrl ?? 'https://graph.instagram.com',
    instagramConsent: {
      apps: { instagram: appOf(config.instagram), facebook: appOf(config.meta) },
      instagramConsentUrl: config.instagram.oauthUrl ?? 'https://www.instagram.com',
      instagramApiUrl: config.instagram.apiUrl ?? 'https://api.instagram.com',
      facebookConsentUrl: config.meta.oauthUrl ?? 'https://www.facebook.com',
    },
    appSecrets: secrets.filter((secret) => secret !== undefined),
    verifyToken: config.meta.verifyToken ?? randomSecret(),
    google: realGoogle(config.google),
    openaiBaseUrl: config.openai.baseUrl ?? 'https://api.openai.com/v1',
    openaiApiKey: config.openai.apiKey ?? 'none',
    smtpUrl: config.notifications.smtpUrl,
  };
}

function simulatedGoogle(simulators: RunningSimulators, secret: string): GoogleProvider {
  return googleProvider({
    app: { id: simulatedAppId, secret },
    apiUrl: simulators.googleApiUrl,
    authUrl: simulators.googleAuthUrl,
    tokenUrl: simulators.googleTokenUrl,
  });
}

function realGoogle({ clientId, clientSecret, ...urls }: Config['google']): GoogleProvider {
  return googleProvider({
    app:
      clientId === undefined || clientSecret === undefined
        ? undefined
        : { id: clientId, secret: clientSecret },
    apiUrl: urls.apiUrl ?? 'https://www.googleapis.com',
    authUrl: urls.authUrl ?? 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: urls.tokenUrl ?? 'https://oauth2.googleapis.com/token',
  });
}

/** Without its secret an app's id is of no use. */
function appOf({ appId: id, appSecret: secret }: Config['meta'] | Config['instagram']) {
  return id === undefined || secret === undefined ? undefined : { id, secret };
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
