import { showActivity } from './activity.js';
import { ApiProblem, createApi } from './api.js';
import { showBusiness } from './business.js';
import { coalesced } from './coalesced.js';
import { byId, el } from './dom.js';
import { followEvents } from './event-stream.js';
import { followMails, mailCall } from './follow-mails.js';
import { readHistory } from './history.js';
import { loadPictures, savePictures } from './kept-pictures.js';
import { showLead } from './lead.js';
import { wireLeadByHand } from './lead-by-hand.js';
import { showMails } from './mails.js';
import { modelCalls } from './model-calls.js';
import { showPhone } from './phone.js';
import { readLead } from './read-lead.js';
import { connectPhone } from './simulator.js';
import { initialState, reduce } from './state.js';
import { pictureMessage, suggestionsFor, text } from './suggestions.js';
import { bannerOf, connectionWords, simulatedNote } from './words.js';

start().catch(() => {
  connectionChanged('offline');
  tellBanner('rapport does not answer. Start it with npm start and load this page again.');
});

async function start() {
  const response = await fetch('/demo.json', { cache: 'no-store' });
  const demo = response.ok ? await response.json() : null;
  if (demo === null) return showWithoutDemo();
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
  let state = { ...initialState(demo.customer.waId), pictures: loadPictures() };
  let isShowing = false;
  const show = () => {
    isShowing = false;
    const facts = { ...demo, customerName: demo.customer.name, now: Date.now() };
    showPhone(state, facts);
    showBusiness(state, facts);
    showLead(state, facts);
    showMails(state);
    showActivity(state);
    connectionChanged(state.connection);
  };
  const happen = (action) => {
    const before = state;
    state = reduce(state, action);
    if (state.pictures !== before.pictures) savePictures(state.pictures);
    if (isShowing) return;
    isShowing = true;
    requestAnimationFrame(show);
  };

  const api = createApi({ apiKey: demo.apiKey, onCall: (call) => happen({ type: 'call', call }) });
  const phone = connectPhone({ demo, api, onCall: (call) => happen({ type: 'call', call }) });
  introduce(demo, phone);
  const readCredits = coalesced(async () => {
    const { balance } = await api.get('/credits');
    happen({ type: 'credits', credits: balance });
  });
  const readTheLead = coalesced(async () => {
    const id = state.conversation?.conversationId;
    if (id === undefined) return;
    const lead = await readLead(api, id, { isKnown: state.lead !== undefined });
    if (lead !== undefined) happen({ type: 'lead', lead });
  });
  const readModelCalls = modelCalls(phone, demo, (call) => happen({ type: 'call', call }));

  followEvents({
    url: '/api/v1/events',
    apiKey: demo.apiKey,
    onState: (connection) => {
      if (connection === 'live' && state.connection === 'offline') void reloadIfMoved(demo);
      happen({ type: 'connection', connection });
    },
    onStart: () => {
      readHistory(api, demo.customer.waId).then(
        ({ conversation, messages }) => {
          happen({ type: 'conversation', conversation });
          happen({ type: 'history', messages });
          readTheLead();
        },
        (error) => tellProblem(error),
      );
      readCredits();
    },
    onEvent: (event) => {
      happen({ type: 'event', event, at: Date.now() });
      if (event.kind === 'lead') {
        readTheLead();
        readModelCalls();
      }
      if (event.kind !== 'message' || event.payload.author !== 'ai') return;
      readCredits();
      readModelCalls();
    },
  });
  if (demo.simulated.includes('mail') && phone.isThere) {
    byId('sales').hidden = false;
    followMails(phone, (mails, { isFirst }) => {
      happen({ type: 'mails', mails });
      if (!isFirst) for (const mail of mails) happen({ type: 'call', call: mailCall(mail) });
    });
  }
  wirePhone({ phone, demo, happen });
  wireBusiness({ api, happen, conversation: () => state.conversation });
  wireLeadByHand({ api, conversation: () => state.conversation, onProblem: tellProblem });
  // The typing bubble ends by itself after a while, and the next reading comes nearer.
  setInterval(() => happen({ type: 'tick' }), 1_000);
  show();
}

/** A rapport that was started again may have its simulators elsewhere: only a new page is allowed to call them. */
async function reloadIfMoved(demo) {
  const response = await fetch('/demo.json', { cache: 'no-store' }).catch(() => undefined);
  if (!response?.ok) return;
  const now = await response.json();
  if (now?.simulatorUrl !== demo.simulatorUrl || now.apiKey !== demo.apiKey) location.reload();
}

function introduce(demo, phone) {
  byId('agent-name').textContent = demo.businessName ?? demo.agentName;
  byId('avatar').textContent = (demo.businessName ?? demo.agentName).slice(0, 1);
  byId('phone-tag').hidden = !demo.simulated.includes('whatsapp');
  byId('write').disabled = !phone.isThere;
  byId('send').disabled = !phone.isThere;
  byId('picture').disabled = !phone.isThere;
  byId('curl').textContent =
    `curl -H 'Authorization: Bearer ${demo.apiKey}' \\\n  ${location.origin}/api/v1/conversations`;
  byId('calls-note').textContent = simulatedNote(demo.simulated);
  for (const id of ['wall', 'thread', 'events', 'calls', 'mails']) byId(id).tabIndex = 0;
  tellBanner(...bannerOf(demo));
}

function wirePhone({ phone, demo, happen }) {
  let count = 0;
  const write = async (message) => {
    count += 1;
    const localId = `local-${count}`;
    happen({ type: 'writing', message: { ...message, localId, at: Date.now() } });
    try {
      happen({ type: 'written', localId, ok: await phone.write(message) });
    } catch (error) {
      happen({ type: 'written', localId, ok: false });
      tellProblem(error);
    }
  };
  const writeAll = async (messages) => {
    for (const [index, message] of messages.entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, 450));
      void write(message);
    }
  };
  const box = byId('write');
  const send = () => {
    const words = box.value.trim();
    if (words === '') return;
    box.value = '';
    void write(text(words));
  };
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    box.focus();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  byId('picture').addEventListener('click', () => write(pictureMessage('')));
  byId('wall').addEventListener('click', ({ target }) => {
    const note = target.closest('a.cta')?.nextElementSibling;
    if (note) note.hidden = false;
  });
  for (const { label, note, messages } of phone.isThere ? suggestionsFor(demo) : []) {
    const button = el(
      'button',
      { type: 'button' },
      label,
      note === undefined ? undefined : el('small', {}, note),
    );
    button.addEventListener('click', () =>
      writeAll(typeof messages === 'function' ? messages() : messages),
    );
    byId('suggestions').append(button);
  }
}

function wireBusiness({ api, happen, conversation }) {
  const act = async (path, body) => {
    tellProblem(undefined);
    try {
      return await api.post(`/conversations/${conversation().conversationId}/${path}`, body);
    } catch (error) {
      tellProblem(error);
      return undefined;
    }
  };
  for (const path of ['takeover', 'release']) {
    byId(path).addEventListener('click', async () => {
      const changed = await act(path);
      if (changed?.conversationId !== undefined)
        happen({ type: 'conversation', conversation: changed });
    });
  }
  byId('reply').addEventListener('submit', async (event) => {
    event.preventDefault();
    const box = byId('reply-text');
    const words = box.value.trim();
    if (words === '' || conversation() === undefined) return;
    const written = await act('messages', { text: words });
    if (written !== undefined) box.value = '';
  });
}

function connectionChanged(connection) {
  const label = byId('connection');
  if (label.dataset.state === connection) return;
  label.dataset.state = connection;
  label.textContent = connectionWords[connection];
}

function tellBanner(...parts) {
  const banner = byId('banner');
  banner.replaceChildren(...parts);
  banner.hidden = false;
}

function tellProblem(error) {
  const problem = byId('problem');
  problem.hidden = error === undefined;
  problem.textContent = error instanceof ApiProblem ? error.message : 'Something went wrong.';
}
