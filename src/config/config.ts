import { z } from 'zod';

/** Which part of rapport a process runs: everything, the HTTP side, or the workers. */
export type Role = 'all' | 'server' | 'worker';

/** Everything that the environment decides, read once at the start. */
export type Config = z.infer<typeof Environment>;

/** The environment has values that cannot be used; the message names every one. */
export class BadConfiguration extends Error {
  readonly code = 'config.invalid';
}

const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const appId = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'is no id of an app');
const encryptionKey = z
  .base64()
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64');
const milliseconds = z.coerce.number().int().min(0).max(86_400_000);
const count = z.coerce.number().int().min(1).max(100_000);

const Environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    HOST: z.string().default('127.0.0.1'),
    PUBLIC_URL: url.optional(),
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    DATA_DIR: z.string().default('.data'),
    LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
    ENCRYPTION_KEY: encryptionKey.optional(),
    ENCRYPTION_KEY_PREVIOUS: z
      .string()
      .default('')
      .transform((value) => value.split(',').flatMap((key) => key.trim() || []))
      .pipe(z.array(encryptionKey).max(10)),
    ADMIN_API_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
    META_APP_SECRET: z.string().min(1).optional(),
    META_VERIFY_TOKEN: z.string().min(1).optional(),
    META_GRAPH_URL: url.optional(),
    META_GRAPH_VERSION: z
      .string()
      .regex(/^v\d+\.\d+$/, 'looks like v25.0')
      .default('v25.0'),
    META_APP_ID: appId.optional(),
    META_OAUTH_URL: url.optional(),
    INSTAGRAM_APP_ID: appId.optional(),
    INSTAGRAM_OAUTH_URL: url.optional(),
    INSTAGRAM_API_URL: url.optional(),
    INSTAGRAM_APP_SECRET: z.string().min(1).optional(),
    INSTAGRAM_GRAPH_URL: url.optional(),
    GOOGLE_CLIENT_ID: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,200}$/, 'is no id of a client')
      .optional(),
    GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
    GOOGLE_API_URL: url.optional(),
    GOOGLE_TOKEN_URL: url.optional(),
    GOOGLE_AUTH_URL: url.optional(),
    OPENAI_API_KEY: z.string().min(1).optional(),
    OPENAI_BASE_URL: url.optional(),
    OPENAI_MODEL: z.string().min(1).default('gpt-5.6-luna'),
    OPENAI_TRANSCRIPTION_MODEL: z.string().min(1).default('gpt-transcribe'),
    OPENAI_TIMEOUT_MS: milliseconds.default(60_000),
    OPENAI_EXTRACTION_MODEL: z.string().min(1).optional(),
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    MAIL_FROM: z.string().min(3).default('rapport <rapport@localhost>'),
    NOTIFY_PRIVATE_ADDRESSES: z.enum(['true', 'false']).optional(),
    REPLY_QUIET_MS: milliseconds.max(6_000).default(1_200),
    EXTRACTION_IDLE_MS: milliseconds.default(60_000),
    SEND_SETTLE_MS: milliseconds.default(60_000),
    TURN_LEASE_MS: milliseconds.min(1_000).default(20_000),
    SWEEP_INTERVAL_MS: milliseconds.min(100).default(5_000),
    TURNS_PER_WORKER: count.default(2_000),
    MEDIA_S3_BUCKET: z.string().min(1).optional(),
    MEDIA_S3_ENDPOINT: url.optional(),
    MEDIA_S3_REGION: z.string().min(1).default('us-east-1'),
    MEDIA_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    MEDIA_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    CLAMD_URL: z
      .string()
      .regex(
        /^(tcp:\/\/[^/\s]+|unix:\/\S+)$/,
        'looks like tcp://host:3310 or unix:/path/of/the/socket',
      )
      .refine((value) => URL.canParse(value), 'is no address')
      .optional(),
    SIMULATE: z.enum(['auto', 'all', 'none']).default('auto'),
    SIMULATORS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  })
  .transform((env) => ({
    http: {
      port: env.PORT,
      host: env.HOST,
      publicUrl: env.PUBLIC_URL,
      trustedProxies: env.TRUSTED_PROXIES,
    },
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    encryptionKey: env.ENCRYPTION_KEY,
    previousEncryptionKeys: env.ENCRYPTION_KEY_PREVIOUS,
    adminApiKey: env.ADMIN_API_KEY,
    meta: {
      appSecret: env.META_APP_SECRET,
      verifyToken: env.META_VERIFY_TOKEN,
      graphUrl: env.META_GRAPH_URL,
      graphVersion: env.META_GRAPH_VERSION,
      appId: env.META_APP_ID,
      oauthUrl: env.META_OAUTH_URL,
    },
    instagram: {
      appSecret: env.INSTAGRAM_APP_SECRET,
      graphUrl: env.INSTAGRAM_GRAPH_URL,
      appId: env.INSTAGRAM_APP_ID,
      oauthUrl: env.INSTAGRAM_OAUTH_URL,
      apiUrl: env.INSTAGRAM_API_URL,
    },
    google: {
      clientId: env.GOOGLE_CLIENT_ID,
      clientSecret: env.GOOGLE_CLIENT_SECRET,
      apiUrl: env.GOOGLE_API_URL,
      tokenUrl: env.GOOGLE_TOKEN_URL,
      authUrl: env.GOOGLE_AUTH_URL,
    },
    openai: {
      apiKey: env.OPENAI_API_KEY,
      baseUrl: env.OPENAI_BASE_URL,
      model: env.OPENAI_MODEL,
      transcriptionModel: env.OPENAI_TRANSCRIPTION_MODEL,
      timeoutMs: env.OPENAI_TIMEOUT_MS,
    },
    extraction: {
      idleMs: env.EXTRACTION_IDLE_MS,
      model: env.OPENAI_EXTRACTION_MODEL ?? env.OPENAI_MODEL,
    },
    notifications: {
      smtpUrl: env.SMTP_URL,
      mailFrom: env.MAIL_FROM,
      // A tenant of an installation that the world reaches must not reach into the network it stands in.
      mayReachPrivateAddresses:
        env.NOTIFY_PRIVATE_ADDRESSES === undefined
          ? env.PUBLIC_URL === undefined || isLoopback(env.PUBLIC_URL)
          : env.NOTIFY_PRIVATE_ADDRESSES === 'true',
    },
    replies: {
      quietMs: env.REPLY_QUIET_MS,
      leaseMs: env.TURN_LEASE_MS,
      turnsPerWorker: env.TURNS_PER_WORKER,
    },
    sends: { settleMs: env.SEND_SETTLE_MS },
    sweepIntervalMs: env.SWEEP_INTERVAL_MS,
    mediaS3:
      env.MEDIA_S3_BUCKET === undefined
        ? undefined
        : {
            bucket: env.MEDIA_S3_BUCKET,
            endpoint: env.MEDIA_S3_ENDPOINT,
            region: env.MEDIA_S3_REGION,
            accessKeyId: env.MEDIA_S3_ACCESS_KEY_ID,
            secretAccessKey: env.MEDIA_S3_SECRET_ACCESS_KEY,
          },
    clamdUrl: env.CLAMD_URL,
    simulate: env.SIMULATE,
    simulatorsPort: env.SIMULATORS_PORT,
  }));

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/**
 * Reads the environment; an empty value counts as not set.
 * Throws BadConfiguration with a line for each fault.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const read = Environment.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new BadConfiguration(
    `rapport cannot start with these settings (.env.example explains each):\n${faults.join('\n')}`,
  );
}
