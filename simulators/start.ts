import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerControl } from './control/api.ts';
import { type Posted, postInbound } from './control/inbound.ts';
import { type Tapped, tapButton } from './control/taps.ts';
import { type Counters, createCounters } from './counters.ts';
import { answerGoogle, isGoogleRequest } from './google/answer-google.ts';
import { parseGoogleFault } from './google/faults.ts';
import { type GoogleInProcess, googleInProcess } from './google/in-process.ts';
import { googlePaths } from './google/paths.ts';
import { createGoogleWorld } from './google/world.ts';
import { parseInboxFault } from './inbox/faults.ts';
import { createInbox, inboxPath, type Post } from './inbox/inbox.ts';
import { answerConsentScreen, isConsentScreen } from './instagram/consent-screen.ts';
import { type PostedEvent, postEvent } from './instagram/control.ts';
import { parseInstagramFault } from './instagram/faults.ts';
import { answerInstagram, isInstagramRequest } from './instagram/graph.ts';
import { consentPaths, instagramPath } from './instagram/paths.ts';
import type { InstagramCall, InstagramFilter } from './instagram/sent.ts';
import { answerTokenRequest, isTokenRequest } from './instagram/token-api.ts';
import { createInstagramWorld } from './instagram/world.ts';
import { type Exchange, exchangeOf, sendJson } from './lib/http.ts';
import type { JsonObject } from './lib/json.ts';
import { createTimers } from './lib/timers.ts';
import { parseMailFault } from './mail/faults.ts';
import { type ReceivedMail, startMailServer } from './mail/mail-server.ts';
import { createWhatsAppWorld } from './meta/create-world.ts';
import { parseGraphFault } from './meta/faults.ts';
import { answerGraph, isGraphPath } from './meta/graph.ts';
import { attachmentsPath, downloadMedia } from './meta/graph-media.ts';
import type { SentCall, SentFilter } from './meta/sent.ts';
import { answerModelApi, createModelWorld } from './openai/api.ts';
import { parseModelFault } from './openai/faults.ts';
import type { ModelRequest } from './openai/request-log.ts';
import { defaultSettings, type SimulatorSettings } from './settings.ts';
import type { Simulation } from './simulation.ts';

export type SimulatorOptions = Partial<SimulatorSettings> & {
  webhookUrl: string;
  appSecret: string;
  /** 0 or nothing: any free port. */
  port?: number;
  /** The port that takes mail; 0 or nothing: any free port. */
  smtpPort?: number;
  host?: string;
  now?: () => number;
  /** When given, other phone number ids are unknown to Graph. */
  knownPhoneNumberIds?: string[];
};

/** Simulators that run. */
export type RunningSimulators = GoogleInProcess & {
  url: string;
  /** For META_GRAPH_URL. */
  graphUrl: string;
  /** For INSTAGRAM_GRAPH_URL. */
  instagramGraphUrl: string;
  /** For INSTAGRAM_OAUTH_URL, INSTAGRAM_API_URL and META_OAUTH_URL. */
  instagramConsentUrls: {
    instagramConsentUrl: string;
    instagramApiUrl: string;
    facebookConsentUrl: string;
  };
  /** For GOOGLE_API_URL (the Calendar API is below it), GOOGLE_TOKEN_URL and GOOGLE_AUTH_URL. */
  googleApiUrl: string;
  googleTokenUrl: string;
  googleAuthUrl: string;
  /** For OPENAI_BASE_URL; ends in /v1. */
  openaiBaseUrl: string;
  /** For SMTP_URL. */
  smtpUrl: string;
  /** Posts to `/slack/…`, `/teams/…` and `/webhook/…` below it are answered as there. */
  inboxUrl: string;
  /** Changes settings at once, as `POST /_simulator/settings` does. */
  configure(settings: Partial<SimulatorSettings>): void;
  /** The calls to WhatsApp so far, as `GET /_simulator/whatsapp/sent` shows them. */
  sent(filter?: SentFilter): SentCall[];
  /** The calls to Instagram so far, as `GET /_simulator/instagram/sent` shows them. */
  instagramSent(filter?: InstagramFilter): InstagramCall[];
  /** The requests to the model so far, as `GET /_simulator/openai/requests` shows them. */
  modelRequests(): ModelRequest[];
  /** The mails that arrived, as `GET /_simulator/mail` shows them. */
  mails(): ReceivedMail[];
  /** The posts that arrived, as `GET /_simulator/inbox` shows them. */
  inbox(): Post[];
  /** Lets a customer write, as `POST /_simulator/whatsapp/messages` does; throws when the message makes no sense. */
  customerWrites(message: JsonObject): Promise<Posted>;
  /** Lets something happen on Instagram, as `POST /_simulator/instagram/messages` does; throws when it makes no sense. */
  instagramEvent(event: JsonObject): Promise<PostedEvent>;
  /** Has every token of an account refused that it has now, as `POST /_simulator/instagram/revocations` does. */
  revokeInstagram(accountId: string, subcode?: number): void;
  /** What an account on Instagram has us told; undefined where nobody subscribed. */
  instagramSubscription(accountId: string): string[] | undefined;
  /** Lets a customer tap a button, as `POST /_simulator/whatsapp/taps` does; throws when there is none such. */
  customerTaps(tap: JsonObject): Promise<Tapped>;
  /** Adds a fault, as `POST /_simulator/whatsapp/faults` and its neighbours do; throws when there is none such. */
  addFault(provider: FaultyProvider, fault: JsonObject): void;
  /** What happened so far; the object changes as more happens. */
  counters: Readonly<Counters>;
  /** Ends every connection and every status that still waits. */
  close(): Promise<void>;
};

type FaultyProvider = 'whatsapp' | 'instagram' | 'google' | 'openai' | 'mail' | 'inbox';

/** Starts all simulators: on one port, and mail on another. Resolves when they answer. */
export async function startSimulators(options: SimulatorOptions): Promise<RunningSimulators> {
  const simulation = await createSimulation(options);
  const server = createServer((request, response) => {
    handle(simulation, request, response);
  });
  server.keepAliveTimeout = 65_000;
  const host = options.host ?? '127.0.0.1';
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  simulation.settings.mediaHost = url;
  simulation.initialSettings.mediaHost = url;
  return {
    url,
    graphUrl: url,
    instagramGraphUrl: `${url}${instagramPath}`,
    instagramConsentUrls: {
      instagramConsentUrl: `${url}${consentPaths.instagram}`,
      instagramApiUrl: `${url}${consentPaths.instagramApi}`,
      facebookConsentUrl: `${url}${consentPaths.facebook}`,
    },
    googleApiUrl: `${url}${googlePaths.api}`,
    googleTokenUrl: `${url}${googlePaths.tokens}/token`,
    googleAuthUrl: `${url}${googlePaths.consent}/o/oauth2/v2/auth`,
    openaiBaseUrl: `${url}/v1`,
    smtpUrl: simulation.mail.url,
    inboxUrl: `${url}${inboxPath}`,
    configure: (settings) => {
      Object.assign(simulation.settings, settings);
    },
    ...inProcess(simulation),
    async close() {
      simulation.timers.close();
      simulation.whatsApp.events.close();
      simulation.instagram.events.close();
      simulation.google.hub.close();
      simulation.whatsApp.sender.close();
      simulation.instagram.sender.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, simulation.mail.close()]);
    },
  };
}

function inProcess({ whatsApp, instagram, google, model, counters, mail, inbox }: Simulation) {
  return {
    ...googleInProcess(google),
    counters,
    sent: (filter: SentFilter = {}) => whatsApp.sent.find(filter),
    instagramSent: (filter: InstagramFilter = {}) => instagram.sent.find(filter),
    modelRequests: () => model.requests.after(0),
    mails: () => mail.received.entries(),
    inbox: () => inbox.posts.entries(),
    async customerWrites(message: JsonObject): Promise<Posted> {
      const posted = await postInbound(whatsApp, message);
      if (typeof posted === 'string') throw new Error(posted);
      return posted;
    },
    async instagramEvent(event: JsonObject): Promise<PostedEvent> {
      const posted = await postEvent(instagram, event);
      if (typeof posted === 'string') throw new Error(posted);
      return posted;
    },
    revokeInstagram: (accountId: string, subcode = 460) =>
      instagram.tokens.revoke(accountId, subcode),
    instagramSubscription: (accountId: string) => instagram.subscriptions.get(accountId),
    async customerTaps(tap: JsonObject): Promise<Tapped> {
      const tapped = await tapButton(whatsApp, tap);
      if (typeof tapped === 'string') throw new Error(tapped);
      return tapped;
    },
    addFault(provider: FaultyProvider, body: JsonObject): void {
      if (provider === 'whatsapp') whatsApp.faults.add(existing(parseGraphFault(body)));
      if (provider === 'instagram') instagram.faults.add(existing(parseInstagramFault(body)));
      if (provider === 'google') google.faults.add(existing(parseGoogleFault(body)));
      if (provider === 'openai') model.faults.add(existing(parseModelFault(body)));
      if (provider === 'mail') mail.faults.add(existing(parseMailFault(body)));
      if (provider === 'inbox') inbox.faults.add(existing(parseInboxFault(body)));
    },
  };
}

function existing<Fault>(fault: Fault | undefined): Fault {
  if (fault === undefined) throw new Error('no such fault');
  return fault;
}

async function createSimulation(options: SimulatorOptions): Promise<Simulation> {
  const { port: _, smtpPort = 0, host = '127.0.0.1', now = Date.now, ...others } = options;
  const { knownPhoneNumberIds, ...chosen } = others;
  const initialSettings: SimulatorSettings = { ...defaultSettings, ...chosen };
  const settings = { ...initialSettings };
  const parts = { settings, counters: createCounters(), timers: createTimers(), now };
  const known =
    knownPhoneNumberIds === undefined ? {} : { knownPhoneNumberIds: new Set(knownPhoneNumberIds) };
  return {
    ...parts,
    initialSettings,
    whatsApp: createWhatsAppWorld({ ...parts, ...known }),
    instagram: createInstagramWorld(parts),
    google: createGoogleWorld(parts),
    model: createModelWorld(parts),
    mail: await startMailServer({
      ...parts,
      host,
      port: smtpPort,
      limit: () => settings.mailLimit,
    }),
    inbox: createInbox({ ...parts, limit: () => settings.mailLimit }),
  };
}

function handle(simulation: Simulation, request: IncomingMessage, response: ServerResponse): void {
  const exchange = exchangeOf(request, response);
  route(simulation, exchange).catch((error: unknown) => {
    // A caller that went away is no fault of ours, and nobody is left to be answered.
    if (response.destroyed || request.destroyed) return;
    const message = error instanceof Error ? error.message : 'unknown';
    sendJson(response, 500, { error: { message: `simulator: ${message}` } });
  });
}

async function route(simulation: Simulation, exchange: Exchange): Promise<void> {
  const { path } = exchange;
  if (isConsentScreen(exchange)) return answerConsentScreen(simulation.instagram, exchange);
  if (isGoogleRequest(exchange)) return answerGoogle(simulation.google, exchange);
  if (isTokenRequest(exchange)) return answerTokenRequest(simulation.instagram, exchange);
  if (isInstagramRequest(exchange)) return answerInstagram(simulation.instagram, exchange);
  if (isGraphPath(path)) return answerGraph(simulation.whatsApp, exchange);
  if (path.startsWith('/v1/')) return answerModelApi(simulation.model, exchange);
  if (path.startsWith('/_simulator/')) return answerControl(simulation, exchange);
  if (path.startsWith(`${inboxPath}/`)) return simulation.inbox.answer(exchange);
  if (path === attachmentsPath) return downloadMedia(simulation.whatsApp, exchange);
  exchange.request.resume();
  sendJson(exchange.response, 404, { error: { message: `no simulator answers ${path}` } });
}
