import { byId, el, showList } from './dom.js';
import { keepingFocus, setter } from './lead-by-hand.js';
import { dimensionNames, factsOf, inWords, nextReading, whoIs } from './lead-words.js';
import { newestFromCustomer } from './shown.js';
import { clockSeconds } from './times.js';

/** Shows what is known of the customer as a lead, and when the conversation is read next. */
export function showLead(state, facts) {
  const { lead } = state;
  byId('lead-none').hidden = lead !== undefined;
  byId('lead-known').hidden = lead === undefined;
  say('lead-next', nextReading({ ...state, newest: newestFromCustomer(state) }, facts) ?? '');
  if (lead === undefined) {
    byId('lead-none').textContent = hint(facts);
    return;
  }
  showScore(lead);
  say('lead-who', whoIs(lead, facts.customerName));
  say('lead-reach', reachOf(lead));
  showWords('lead-wants', 'Wants', lead.brief.wants ?? lead.intent);
  showDimensions(lead, state.messages);
  showTexts('lead-promised', lead.brief.promised, ({ text }) => text);
  showTexts('lead-facts', factsOf(lead), (words) => words);
  say('lead-read', readWords(lead));
}

function hint({ readLeadAfterMs }) {
  return `No lead yet. rapport reads the conversation ${inWords(readLeadAfterMs)} after its last message, and at once when the customer asks for a person or opens the prices: who it is, what they want, and how good a lead, each value with the customer’s own words.`;
}

function showScore({ leadStatusTag, totalScore, scorePercent }) {
  const tag = byId('lead-tag');
  tag.dataset.tag = leadStatusTag;
  say('lead-tag', leadStatusTag);
  say('lead-total', `${totalScore} of 15`);
  say('lead-percent', `${scorePercent} %`);
  byId('lead-bar').value = scorePercent;
  byId('lead-bar').dataset.tag = leadStatusTag;
}

function reachOf({ email, phone }) {
  return [email, phone].filter((part) => part !== null).join(' · ');
}

function showDimensions({ reasoning }, messages) {
  const items = Object.entries(dimensionNames).map(([dimension, name]) => ({
    dimension,
    name,
    ...reasoning[dimension],
  }));
  keepingFocus(() =>
    showList(byId('lead-dimensions'), items, {
      keyOf: ({ dimension }) => dimension,
      signatureOf: (item) => JSON.stringify(item),
      draw: (item) => drawDimension(item, messages),
    }),
  );
}

function drawDimension(item, messages) {
  const { dimension, name, level, score, evidence, missing, setByHand } = item;
  const [first] = evidence;
  const open = byId(`lead-${dimension}`)?.open ?? false;
  return el(
    'details',
    { id: `lead-${dimension}`, open },
    el(
      'summary',
      {},
      el('span', { className: 'dimension' }, name),
      el('span', { className: 'level' }, level),
      bar(score),
      first === undefined
        ? el(
            'span',
            { className: 'because none' },
            setByHand ? 'A person says so' : 'Nothing was said about it',
          )
        : el('q', { className: 'because' }, first.quote),
    ),
    ...evidence.map(({ messageId, quote }) => drawQuote(quote, messages.get(messageId))),
    missing === null ? undefined : el('p', { className: 'missing' }, `Not known yet: ${missing}`),
    evidence.length === 0 && missing === null && !setByHand
      ? el('p', { className: 'missing' }, 'Without words of the customer a value counts 1.')
      : undefined,
    setter(item),
  );
}

function drawQuote(quote, message) {
  const where = message === undefined ? '' : ` message #${message.sequenceNo}`;
  return el('blockquote', {}, quote, el('span', { className: 'where' }, where));
}

function bar(score) {
  return el('span', {
    className: 'bar',
    role: 'img',
    'aria-label': `${score} of 3`,
    'data-score': String(score),
  });
}

function showWords(id, label, words) {
  byId(id).hidden = words === null;
  const shown = words === null ? '' : `${label}: ${words}`;
  if (byId(id).textContent !== shown)
    byId(id).replaceChildren(el('strong', {}, `${label}: `), words);
}

function showTexts(id, items, textOf) {
  byId(id).hidden = items.length === 0;
  const list = byId(id).querySelector('ul');
  const counted = items.map((item, place) => ({ key: `${place}`, text: textOf(item) }));
  showList(list, counted, {
    keyOf: ({ key }) => key,
    signatureOf: ({ text }) => text,
    draw: ({ text }) => text,
  });
}

function readWords({ extractedAt, source, model, messageCountAtExtraction, cost }) {
  const who = { model: `by ${model}`, person: 'set by a person', fact: 'after a click' }[source];
  const spent =
    cost.modelUsd > 0
      ? ` The model cost $${cost.modelUsd.toPrecision(2)} so far, all answers included.`
      : '';
  return `As of ${clockSeconds(extractedAt)}, through message #${messageCountAtExtraction}, ${who}.${spent}`;
}

/** Touches nothing that is the same, so that a screen reader hears only what is new. */
function say(id, words) {
  const element = byId(id);
  if (element.textContent !== words) element.textContent = words;
}
