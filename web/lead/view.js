import { byId, make, say } from './dom.js';
import {
  authorNames,
  clock,
  dimensionNames,
  holderWords,
  mayTakeOver,
  platformNames,
  timeLeft,
} from './words.js';

/** Shows how things stand. What is the same as before is left alone, so that nobody loses their place. */
export function show(page) {
  showLead(page);
  showConversation(page);
  showMessages(page.messages);
  showEvidence(page.lead);
  byId('page').setAttribute('aria-busy', 'false');
}

function showLead({ notification, lead, conversation }) {
  const { content } = notification;
  const who = { ...content?.who, ...known(lead) };
  const name = who.name || who.phone || who.email || (content ? 'Somebody' : 'Several leads');
  byId('who').textContent = who.company ? `${name}, ${who.company}` : name;
  document.title = `${name} – rapport`;
  say('told', `Told ${clock(notification.createdAt)}`);
  say('because', notification.kind === 'test' ? 'This is a test' : content?.because);
  showScore(lead, content?.score);
  showReach(who, conversation?.platform ?? who.platform);
  const wants = lead?.brief?.wants ?? lead?.intent ?? content?.wants;
  byId('wants').replaceChildren(make('strong', '', 'Wants: '), wants ?? '');
  byId('wants').hidden = !wants;
  showList('why', 'quotes', lead?.brief?.whyNow.map(({ quote }) => quote) ?? content?.whyNow ?? []);
  showList(
    'promised',
    'promises',
    lead?.brief?.promised.map(({ text }) => text) ?? content?.promised ?? [],
  );
}

/** What is known by now counts more than what was known when somebody was told. */
function known(lead) {
  return Object.fromEntries(
    ['name', 'company', 'email', 'phone']
      .map((field) => [field, lead?.[field]])
      .filter(([, value]) => value),
  );
}

function showScore(lead, told) {
  const tag = lead?.leadStatusTag ?? told?.tag;
  const total = lead?.totalScore ?? told?.total;
  const percent = lead?.scorePercent ?? told?.percent;
  say('score', tag && `${tag} · ${total} of 15 (${Math.round(percent)} %)`);
  byId('score').dataset.tag = tag ?? '';
}

function showReach(who, platform) {
  const parts = [
    platform && make('span', '', platformNames[platform] ?? platform),
    who.phone && link(`tel:${who.phone.replace(/[^\d+]/g, '')}`, who.phone),
    who.email && link(`mailto:${encodeURIComponent(who.email)}`, who.email),
  ].filter(Boolean);
  byId('reach').replaceChildren(
    ...parts.flatMap((part, place) => (place ? [' · ', part] : [part])),
  );
}

function link(href, text) {
  const element = make('a', '', text);
  element.href = href;
  return element;
}

function showList(box, list, texts) {
  byId(box).hidden = texts.length === 0;
  byId(list).replaceChildren(...texts.map((text) => make('li', '', text)));
}

/** Also called by the clock: the words change while nothing else does. */
export function showWindow(conversation, nowMs) {
  const endsAt = conversation?.replyWindowEndsAt;
  say('window', endsAt && timeLeft(endsAt, nowMs));
  byId('window').dataset.closed = String(Boolean(endsAt) && Date.parse(endsAt) <= nowMs);
}

function showConversation({ conversation, now }) {
  byId('talk').hidden = conversation === null;
  showWindow(conversation, Date.parse(now));
  if (conversation === null) return;
  say('holder', holderWords(conversation));
  byId('holder').dataset.by = conversation.handledBy;
  byId('takeover').hidden = !mayTakeOver(conversation);
  say(
    'confirm-text',
    `The AI stays silent for ${conversation.takeoverMinutes} minutes, and you write.`,
  );
  byId('release').hidden = conversation.handledBy === 'ai';
  byId('text').disabled = !conversation.canWrite;
  byId('send').disabled = !conversation.canWrite;
  say('reply-note', replyNote(conversation));
}

function replyNote({ isActive, isWindowOpen, canWrite }) {
  if (!isActive) return 'This conversation is archived; it can only be read.';
  if (!canWrite) return 'The reply window has closed: the customer has to write first.';
  return isWindowOpen
    ? ''
    : 'The reply window has closed: the agent’s template is sent in place of your words.';
}

let shown = '';

function showMessages(messages) {
  const same = JSON.stringify(messages);
  if (same === shown) return;
  const thread = byId('thread');
  const isAtEnd = shown === '' || thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
  shown = same;
  thread.replaceChildren(...messages.map(messageItem));
  if (isAtEnd) thread.scrollTop = thread.scrollHeight;
}

function messageItem(message) {
  const { author, text, timestamp, deliveryStatus, isRevoked, attachments, type } = message;
  const files = attachments.map(({ kind, filename, transcript }) =>
    make('p', 'file', `[${filename ?? kind}]${transcript ? ` “${transcript}”` : ''}`),
  );
  const words = isRevoked ? '(deleted)' : text || (files.length ? '' : `[${type}]`);
  const status = author === 'customer' || !deliveryStatus ? '' : ` · ${deliveryStatus}`;
  const item = make(
    'li',
    `message by-${author}`,
    make('p', 'meta', `${authorNames[author] ?? author} · ${clock(timestamp)}${status}`),
    ...files,
    words ? make('p', 'words', words) : null,
  );
  if (deliveryStatus === 'failed') item.classList.add('failed');
  return item;
}

function showEvidence(lead) {
  const reasoning = lead?.reasoning;
  byId('evidence').hidden = !reasoning;
  if (!reasoning) return;
  byId('dimensions').replaceChildren(
    ...Object.entries(dimensionNames).flatMap(([dimension, name]) =>
      dimensionItems(name, reasoning[dimension]),
    ),
  );
  say('as-of', `As of ${clock(lead.extractedAt)}`);
}

function dimensionItems(name, { score, level, evidence, missing }) {
  const bar = make('span', 'bar');
  bar.dataset.score = String(score);
  bar.setAttribute('role', 'img');
  bar.setAttribute('aria-label', `${score} of 3`);
  const quotes = evidence.map(({ quote }) => make('blockquote', '', quote));
  const rest = quotes.length
    ? quotes
    : [make('p', 'missing', missing ?? 'Nothing was said about it.')];
  return [make('dt', '', name, make('span', 'level', level), bar), make('dd', '', ...rest)];
}
