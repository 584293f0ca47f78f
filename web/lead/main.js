import { act, Refused, readLead } from './api.js';
import { byId, say } from './dom.js';
import { show, showWindow } from './view.js';
import { mayTakeOver } from './words.js';

const quickMs = 5_000;
const slowMs = 30_000;
/** Somebody who left the page open does not ask every five seconds all day. */
const attentiveMs = 15 * 60_000;
/** What looks through links for danger opens pages too, but does not stay to read. */
const glanceMs = 2_500;

let page;
let clockOffsetMs = 0;
let lastActionAt = Date.now();
let isOpened = false;
let problemFrom = '';

const nowMs = () => Date.now() + clockOffsetMs;

function update(answer) {
  page = answer;
  clockOffsetMs = Date.parse(answer.now) - Date.now();
  show(answer);
}

/** Runs what may fail, and says so where a person sees it. */
async function trying(work, from) {
  try {
    await work();
    // What an action was refused for stays to be read; only another action takes it away.
    if (problemFrom === from) say('problem', '');
    return true;
  } catch (error) {
    problemFrom = from;
    say(
      'problem',
      error instanceof Refused ? error.message : 'rapport cannot be reached. Trying again.',
    );
    return false;
  }
}

async function refresh() {
  if (document.visibilityState === 'visible') {
    await trying(async () => update(await readLead()), 'refresh');
  }
  setTimeout(refresh, Date.now() - lastActionAt < attentiveMs ? quickMs : slowMs);
}

/** Tells rapport, once, that a person has the page before their eyes. */
async function tellOpened() {
  if (isOpened || document.visibilityState !== 'visible') return;
  isOpened = true;
  isOpened = await act('opened').then(
    () => true,
    () => false,
  );
}

function glance() {
  if (document.visibilityState === 'visible') setTimeout(tellOpened, glanceMs);
}

/** The button is off while its work is under way: one press, one action. */
async function pressing(button, work) {
  lastActionAt = Date.now();
  button.disabled = true;
  const isDone = await trying(work, 'action');
  button.disabled = false;
  return isDone;
}

function askToTakeOver() {
  const confirm = byId('confirm');
  if (!confirm.open) confirm.showModal();
}

byId('takeover').addEventListener('click', askToTakeOver);
byId('confirm').addEventListener('close', async () => {
  if (byId('confirm').returnValue !== 'yes') return;
  byId('confirm').returnValue = '';
  if (await pressing(byId('takeover'), async () => update(await act('takeover'))))
    byId('text').focus();
});
byId('release').addEventListener('click', () =>
  pressing(byId('release'), async () => update(await act('release'))),
);

let draft = { text: '', key: '' };

byId('reply').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = byId('text').value.trim();
  if (text === '' || byId('send').disabled) return;
  // The same words again after a failure are the same message.
  if (draft.text !== text) draft = { text, key: randomKey() };
  const isSent = await pressing(byId('send'), async () => {
    update(await act('messages', { text }, { 'idempotency-key': draft.key }));
  });
  if (!isSent) return;
  draft = { text: '', key: '' };
  byId('text').value = '';
  byId('text').focus();
});

byId('text').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  byId('reply').requestSubmit();
});

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

document.addEventListener('visibilitychange', glance);
for (const touch of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
  document.addEventListener(touch, tellOpened, { passive: true });
}
setInterval(() => page && showWindow(page.conversation, nowMs()), 15_000);

await refresh();
glance();
const wantsToTakeOver = new URLSearchParams(location.search).get('do') === 'takeover';
if (wantsToTakeOver && page?.conversation && mayTakeOver(page.conversation)) askToTakeOver();
