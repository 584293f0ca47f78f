import { join } from 'node:path';
import { type RequestHandler, Router, static as serveStatic } from 'express';

/** Where the demo business can be written to, and who does so. */
export type DemoChannelInfo = {
  platform: 'whatsapp' | 'instagram' | 'webchat';
  /** The provider's id of the business's account; of the web chat, its key. */
  accountId: string;
  agentId: string;
  agentName: string;
  customer: { address: string; name: string };
  /** Of the web chat: what the shop's page says of its visitor, signed. */
  identity?: string;
};

/** What the start page needs to be a customer of the demo tenant, and to see what that tenant sees. */
export type DemoInfo = {
  /** The demo tenant's key: never another tenant's, because whoever opens the page gets it. */
  apiKey: string;
  userId: string;
  businessName: string;
  channels: DemoChannelInfo[];
  /** Where the simulated customer's phone is; null when WhatsApp is real. */
  simulatorUrl: string | null;
  simulated: ('whatsapp' | 'instagram' | 'google' | 'openai' | 'mail')[];
  /** Of the simulated Google: whose calendar the business's meetings are in; null while there is none. */
  calendarAccount: string | null;
  /** On whose clock the days of the business are. */
  timeZone: string;
  model: string;
  /** How long a conversation rests before it is read as a lead. */
  readLeadAfterMs: number;
};

export type StartPageOptions = {
  /** The folder `web/start`. */
  root: string;
  /** Undefined when the installation has no demo tenant: the page then says what to do. */
  demo: () => Promise<DemoInfo | undefined> | DemoInfo | undefined;
};

/**
 * `GET /` is the start page, `/start/…` its files as they are (`site.html` the page of a made-up shop, with the chat on
 * it), `/demo.json` what it needs. Files are asked for again each time and answered 304 while they are the same, so
 * that an update shows at once.
 */
export function startPageRouter({ root, demo }: StartPageOptions): Router {
  const router = Router();
  const headers: RequestHandler = async (req, res, next) => {
    const info = await demo();
    startPageSecurityHeaders(info?.simulatorUrl ?? null)(req, res, next);
  };
  router.get('/', headers, (_req, res) => {
    res.sendFile(join(root, 'index.html'), { cacheControl: false });
  });
  router.get('/start/site.html', (_req, res) => {
    res.set({ ...pageHeaders, 'content-security-policy': sitePolicy });
    res.sendFile(join(root, 'site.html'), { cacheControl: false });
  });
  router.use(
    '/start',
    serveStatic(root, {
      cacheControl: false,
      index: false,
      redirect: false,
      setHeaders: (res) => res.setHeader('cache-control', 'no-cache'),
    }),
  );
  router.get('/demo.json', async (_req, res) => {
    const info = await demo();
    res.set('cache-control', 'no-store').set('cross-origin-resource-policy', 'same-origin');
    res.json(info ?? null);
  });
  return router;
}

/** The page's own Content-Security-Policy: it loads nothing but its own files and calls only us and the simulator. */
export function startPageSecurityHeaders(simulatorUrl: string | null): RequestHandler {
  const simulator = simulatorUrl?.startsWith('http') ? ` ${new URL(simulatorUrl).origin}` : '';
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${simulator}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (_req, res, next) => {
    res.set({ ...pageHeaders, 'content-security-policy': policy });
    next();
  };
}

const pageHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Of the shop's page: what any strict page allows for the chat (docs/webchat.md), and to stand in the start page. */
const sitePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');
