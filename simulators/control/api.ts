import { googleRoutes } from '../google/control.ts';
import { forgetGoogle } from '../google/world.ts';
import { parseInboxFault } from '../inbox/faults.ts';
import { instagramRoutes } from '../instagram/control.ts';
import { forgetInstagram } from '../instagram/world.ts';
import { type Exchange, sendBytes } from '../lib/http.ts';
import { textAt } from '../lib/json.ts';
import { parseMailFault } from '../mail/faults.ts';
import { forget } from '../meta/create-world.ts';
import { parseGraphFault } from '../meta/faults.ts';
import type { SentFilter } from '../meta/sent.ts';
import { parseModelFault } from '../openai/faults.ts';
import { applySettings } from '../settings.ts';
import type { Simulation } from '../simulation.ts';
import { answer, bodyOf, type ControlRoute, cors } from './answer.ts';
import { postInbound } from './inbound.ts';
import { openPhoneEvents } from './open-phone-events.ts';
import { tapButton } from './taps.ts';

const prefix = '/_simulator';
const routes: Record<string, ControlRoute> = {
  ...instagramRoutes,
  ...googleRoutes,
  'GET /health': (_, exchange) => answer(exchange, 200, { status: 'ok' }),
  'GET /counters': ({ counters }, exchange) => answer(exchange, 200, counters),
  'GET /settings': ({ settings }, exchange) => answer(exchange, 200, shownSettings(settings)),
  'POST /settings': changeSettings,
  'POST /reset': reset,
  'POST /whatsapp/messages': writeAsCustomer,
  'POST /whatsapp/taps': tapAsCustomer,
  'GET /whatsapp/sent': showSent,
  'GET /whatsapp/events': ({ whatsApp }, exchange) =>
    openPhoneEvents(whatsApp.events, exchange, ['phoneNumberId', 'customer']),
  'POST /whatsapp/media': putMedia,
  'POST /whatsapp/faults': addGraphFault,
  'DELETE /whatsapp/faults': ({ whatsApp }, exchange) => {
    whatsApp.faults.clear();
    answer(exchange, 200, {});
  },
  'POST /openai/faults': addModelFault,
  'DELETE /openai/faults': ({ model }, exchange) => {
    model.faults.clear();
    answer(exchange, 200, {});
  },
  'GET /openai/requests': showRequests,
  'GET /mail': showMails,
  'POST /mail/faults': addMailFault,
  'DELETE /mail/faults': ({ mail }, exchange) => {
    mail.faults.clear();
    answer(exchange, 200, {});
  },
  'GET /inbox': showInbox,
  'POST /inbox/faults': addInboxFault,
  'DELETE /inbox/faults': ({ inbox }, exchange) => {
    inbox.faults.clear();
    answer(exchange, 200, {});
  },
};

/** Answers one request to the control API, `/_simulator/…`. */
export async function answerControl(simulation: Simulation, exchange: Exchange): Promise<void> {
  if (exchange.method === 'OPTIONS') {
    sendBytes(exchange.response, 204, Buffer.alloc(0), cors);
    return;
  }
  const route = routes[`${exchange.method} ${exchange.path.slice(prefix.length)}`];
  if (route !== undefined) return route(simulation, exchange);
  answer(exchange, 404, { error: 'no such route', routes: Object.keys(routes) });
}

function shownSettings(settings: Simulation['settings']) {
  const { appSecret: _, instagramAppSecret: __, googleClientSecret: ___, ...shown } = settings;
  return shown;
}

async function changeSettings({ settings }: Simulation, exchange: Exchange): Promise<void> {
  const unused = applySettings(settings, await bodyOf(exchange));
  if (unused.length > 0) answer(exchange, 400, { error: `cannot set ${unused.join(', ')}` });
  else answer(exchange, 200, shownSettings(settings));
}

function reset(simulation: Simulation, exchange: Exchange): void {
  const { settings, initialSettings, counters, timers, whatsApp, instagram, model, mail, inbox } =
    simulation;
  exchange.request.resume();
  timers.clear();
  forget(whatsApp);
  forgetInstagram(instagram);
  forgetGoogle(simulation.google);
  model.faults.clear();
  model.requests.clear();
  for (const { faults } of [mail, inbox]) faults.clear();
  mail.received.clear();
  inbox.posts.clear();
  Object.assign(settings, initialSettings);
  Object.assign(counters, Object.fromEntries(Object.keys(counters).map((key) => [key, 0])));
  answer(exchange, 200, {});
}

async function writeAsCustomer({ whatsApp }: Simulation, exchange: Exchange): Promise<void> {
  const posted = await postInbound(whatsApp, await bodyOf(exchange));
  if (typeof posted === 'string') answer(exchange, 400, { error: posted });
  else answer(exchange, 200, posted);
}

async function tapAsCustomer({ whatsApp }: Simulation, exchange: Exchange): Promise<void> {
  const tapped = await tapButton(whatsApp, await bodyOf(exchange));
  if (typeof tapped === 'string') answer(exchange, 400, { error: tapped });
  else answer(exchange, 200, tapped);
}

function showSent({ whatsApp }: Simulation, exchange: Exchange): void {
  const asked = Object.fromEntries(new URLSearchParams(exchange.query));
  const { after, ...rest } = asked;
  const filter: SentFilter = { ...rest, ...(after === undefined ? {} : { after: Number(after) }) };
  answer(exchange, 200, { data: whatsApp.sent.find(filter) });
}

async function putMedia({ whatsApp }: Simulation, exchange: Exchange): Promise<void> {
  const body = await bodyOf(exchange);
  const id = textAt(body, 'id');
  const media = whatsApp.media.put({
    bytes: Buffer.from(textAt(body, 'base64') ?? '', 'base64'),
    mimeType: textAt(body, 'mimeType') ?? 'application/octet-stream',
    ...(id === undefined ? {} : { id }),
  });
  answer(exchange, 200, { id: media.id, sha256: media.sha256 });
}

async function addGraphFault({ whatsApp }: Simulation, exchange: Exchange): Promise<void> {
  const fault = parseGraphFault(await bodyOf(exchange));
  if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
  whatsApp.faults.add(fault);
  answer(exchange, 200, fault);
}

async function addModelFault({ model }: Simulation, exchange: Exchange): Promise<void> {
  const fault = parseModelFault(await bodyOf(exchange));
  if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
  model.faults.add(fault);
  answer(exchange, 200, fault);
}

function showRequests({ model }: Simulation, exchange: Exchange): void {
  const after = Number(new URLSearchParams(exchange.query).get('after') ?? 0);
  answer(exchange, 200, { data: model.requests.after(after) });
}

async function addMailFault({ mail }: Simulation, exchange: Exchange): Promise<void> {
  const fault = parseMailFault(await bodyOf(exchange));
  if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
  mail.faults.add(fault);
  answer(exchange, 200, fault);
}

async function addInboxFault({ inbox }: Simulation, exchange: Exchange): Promise<void> {
  const fault = parseInboxFault(await bodyOf(exchange));
  if (fault === undefined) return answer(exchange, 400, { error: 'no such fault' });
  inbox.faults.add(fault);
  answer(exchange, 200, fault);
}

function showMails({ mail }: Simulation, exchange: Exchange): void {
  const asked = new URLSearchParams(exchange.query);
  const after = Number(asked.get('after') ?? 0);
  const to = asked.get('to');
  const data = mail.received
    .entries()
    .filter((one) => one.sequence > after && (to === null || one.to.includes(to)));
  answer(exchange, 200, { data });
}

function showInbox({ inbox }: Simulation, exchange: Exchange): void {
  const asked = new URLSearchParams(exchange.query);
  const after = Number(asked.get('after') ?? 0);
  const kind = asked.get('kind');
  const path = asked.get('path');
  const data = inbox.posts
    .entries()
    .filter((one) => one.sequence > after && (kind === null || one.kind === kind))
    .filter((one) => path === null || one.path.includes(path));
  answer(exchange, 200, { data });
}
