import { showActivity } from './activity.js';
import { createApi } from './api.js';
import { showBusiness } from './business.js';
import { showCalendar } from './calendar.js';
import { isOf } from './channel-state.js';
import { showChannel, wireChannels } from './chosen-channel.js';
import { coalesced } from './coalesced.js';
import { byId } from './dom.js';
import { followEvents } from './event-stream.js';
import { followCalendar } from './follow-calendar.js';
import { followMails, mailCall } from './follow-mails.js';
import { readHistory } from './history.js';
import { loadPictures, savePictures } from './kept-pictures.js';
import { showLead } from './lead.js';
import { wireLeadByHand } from './lead-by-hand.js';
import { showMails } from './mails.js';
import { modelCalls } from './model-calls.js';
import { showPhone } from './phone.js';
import { connectPhones } from './phones.js';
import { readCalendar } from './read-calendar.js';
import { readLead } from './read-lead.js';
import { shown } from './shown.js';
import { connectSimulator } from './simulator.js';
import { channelOf, initialState, reduce } from './state.js';
import { connectionChanged, tellBanner, tellProblem } from './telling.js';
import { webchatCall } from './webchat-calls.js';
import { wireBusiness } from './wire-business.js';
import { showSuggestions, wirePhone } from './wire-phone.js';
import { bannerOf, calendarNote, simulatedNote } from './words.js';

start().catch(() => {
  connectionChanged('offline');
  tellBanner('rapport does not answer. Start it with npm start and load this page again.');
});

async function start() {
  const response = await fetch('/demo.json', { cache: 'no-store' });
  const demo = response.ok ? await response.json() : null;
  if (demo === null || demo.channels.length === 0) return showWithoutDemo();
  runDemo(demo);
}

/** Real tenants only: there is nothing a stranger may see. */
function showWithoutDemo() {
  connectionChanged('live');
  byId('connection').textContent = 'Running';
  tellBanner(
    'This installation has no demo tenant. See the API reference for how to set up your own number.',
  );
  document.body.classList.add('without-demo');
}

function runDemo(demo) {
  let state = { ...initialState(demo.channels), pictures: loadPictures() };
  let isShowing = false;
  const view = () => shown(state);
  const happen = (action) => {
    const before = state;
    state = reduce(state, action);
    if (state.pictures !== before.pictures) savePictures(state.pictures);
    if (isShowing) return;
    isShowing = true;
    requestAnimationFrame(show);
  };
  const onCall = (call) => happen({ type: 'call', call });
  const api = createApi({ apiKey: demo.apiKey, onCall });
  const phones = connectPhones({ demo, api, onCall });
  const simulator = connectSimulator(demo);
  const conversation = () => view().conversation;
  const { tryOne } = wirePhone({ phones, api, view, happen, onProblem: tellProblem });
  const show = () => {
    isShowing = false;
    const now = view();
    const facts = { ...demo, ...customerOf(now), now: Date.now() };
    showChannel(now);
    showSuggestions(now.channel, { demo, phones, tryOne });
    showPhone(now, facts);
    showBusiness(now, facts);
    showCalendar(now, facts);
    showLead(now, facts);
    showMails(now);
    showActivity(now);
    connectionChanged(now.connection);
  };

  introduce(demo);
  follow({ demo, api, simulator, happen, onCall, state: () => state });
  if (demo.simulated.includes('mail') && simulator.isThere) {
    byId('sales').hidden = false;
    followMails(simulator, (mails, { isFirst }) => {
      happen({ type: 'mails', mails });
      if (!isFirst) for (const mail of mails) onCall(mailCall(mail));
    });
  }
  if (demo.calendarAccount !== null && simulator.isThere) {
    followCalendar({
      api,
      simulator,
      account: demo.calendarAccount,
      onEvents: (events) => happen({ type: 'googleEvents', events }),
      onCall,
      onProblem: tellProblem,
    });
  }
  wireBusiness({ api, happen, conversation, onProblem: tellProblem });
  wireLeadByHand({ api, conversation, onProblem: tellProblem });
  wireChannels({
    channels: demo.channels,
    onChoose: (channel) => {
      tellProblem(undefined);
      happen({ type: 'choose', channel });
    },
  });
  // The typing bubble ends by itself after a while, and the next reading comes nearer.
  setInterval(() => happen({ type: 'tick' }), 1_000);
  show();
}

function customerOf({ agentName, customer }) {
  return { agentName, customerName: customer.name };
}

/** What is read of the API when the stream of events begins, and again as it says that something has changed. */
function follow({ demo, api, simulator, happen, onCall, state }) {
  const readCredits = coalesced(async () => {
    const { balance } = await api.get('/credits');
    happen({ type: 'credits', credits: balance });
  });
  const readers = Object.fromEntries(
    demo.channels.map(({ platform }) => [
      platform,
      coalesced(async () => {
        const { conversation, lead: known } = state().channels[platform];
        if (conversation === undefined) return;
        const { conversationId } = conversation;
        const lead = await readLead(api, conversationId, { isKnown: known !== undefined });
        if (lead !== undefined) happen({ type: 'lead', lead });
      }),
    ]),
  );
  const readMeetings = coalesced(async () => {
    const askedAt = Date.now();
    const { meetings, people } = await readCalendar(api, askedAt);
    happen({ type: 'people', people });
    happen({ type: 'meetings', meetings, askedAt });
  });
  const readModelCalls = modelCalls(simulator, demo, onCall);

  followEvents({
    url: '/api/v1/events',
    apiKey: demo.apiKey,
    onState: (connection) => {
      if (connection === 'live' && state().connection === 'offline') void reloadIfMoved(demo);
      happen({ type: 'connection', connection });
    },
    onStart: () => {
      readHistory(api, demo.channels, isOf).then((read) => {
        for (const { conversation, messages } of read) {
          happen({ type: 'conversation', conversation });
          happen({ type: 'history', messages });
        }
        for (const readTheLead of Object.values(readers)) readTheLead();
      }, tellProblem);
      readCredits();
      readMeetings();
    },
    onEvent: (event) => {
      happen({ type: 'event', event, at: Date.now() });
      const channel = channelOf(state(), event.payload.conversationId)?.platform;
      const call = channel === 'webchat' ? webchatCall(event, Date.now()) : undefined;
      if (call !== undefined) onCall(call);
      if (event.kind === 'contact') readMeetings();
      if (event.kind === 'lead') {
        readers[channel]?.();
        readModelCalls();
      }
      if (event.kind !== 'message' || event.payload.author !== 'ai') return;
      readCredits();
      readModelCalls();
    },
  });
}

/** A rapport that was started again may have its simulators elsewhere: only a new page is allowed to call them. */
async function reloadIfMoved(demo) {
  const response = await fetch('/demo.json', { cache: 'no-store' }).catch(() => undefined);
  if (!response?.ok) return;
  const now = await response.json();
  if (now?.simulatorUrl !== demo.simulatorUrl || now.apiKey !== demo.apiKey) location.reload();
}

function introduce(demo) {
  byId('phone-tag').hidden = !demo.simulated.includes('whatsapp');
  byId('curl').textContent =
    `curl -H 'Authorization: Bearer ${demo.apiKey}' \\\n  ${location.origin}/api/v1/conversations`;
  byId('calendar-note').textContent = calendarNote(demo);
  byId('calls-note').textContent = simulatedNote(demo.simulated);
  const key = demo.channels.find(({ platform }) => platform === 'webchat')?.accountId;
  byId('embed').textContent =
    `<script async src="${location.origin}/widget.js"\n  data-key="${key}"></script>`;
  for (const id of ['wall', 'thread', 'events', 'calls', 'mails', 'calendar-days'])
    byId(id).tabIndex = 0;
  tellBanner(...bannerOf(demo));
}
