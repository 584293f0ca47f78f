import { calendarDays, calendarWeeks } from './calendar-days.js';
import { linkWords, statusWords, whoWords } from './calendar-words.js';
import { byId, el, showList } from './dom.js';
import { channelOf } from './state.js';

/** Shows the calendar of the business: its meetings, and while Google is simulated what else is in it. */
export function showCalendar(state, facts) {
  const days = calendarDays(state, facts);
  const wordsOf = wording(facts.timeZone);
  keepingFocus(() =>
    showList(byId('calendar-days'), days, {
      keyOf: ({ date }) => date,
      signatureOf: (day) => JSON.stringify(day),
      draw: (day) => drawDay(day, { state, wordsOf, facts }),
    }),
  );
  showList(byId('calendar-weeks'), calendarWeeks(days, facts), {
    keyOf: ({ date }) => date,
    signatureOf: (cell) => JSON.stringify(cell),
    draw: drawCell,
  });
}

function drawDay({ date, entries }, { state, wordsOf, facts }) {
  return el(
    'div',
    { className: 'agenda-day' },
    el('h4', {}, wordsOf.day(date)),
    ...entries.map((entry) => drawEntry(entry, { state, wordsOf, facts })),
  );
}

function drawEntry(entry, { state, wordsOf, facts }) {
  const kind = entry.isOurs ? 'ours' : 'own';
  const channel = channelOf(state, entry.conversationId);
  const who = whoWords(entry, {
    platform: channel?.platform,
    knownAs: channel === undefined ? undefined : facts.customerName,
  });
  return el(
    'div',
    { className: `entry-${kind}${entry.isOff ? ' is-off' : ''}`, 'data-kind': kind },
    el('p', { className: 'when' }, wordsOf.span(entry)),
    el('p', { className: 'what-for' }, entry.title),
    entry.isOurs
      ? el('p', { className: 'about' }, [who, statusWords(entry)].filter(Boolean).join(' · '))
      : el('p', { className: 'about' }, 'busy'),
    entry.meetLink && !entry.isOff
      ? el('p', { className: 'meet' }, linkWords(entry.meetLink))
      : undefined,
    entry.event === undefined ? undefined : drawActs(entry),
  );
}

/** What the people of the business may do in Google, as they would there. */
function drawActs({ title, event: { eventId } }) {
  const act = (kind, words) =>
    el(
      'button',
      {
        type: 'button',
        id: `${kind}-${eventId}`,
        'data-act': kind,
        'data-event': eventId,
        'aria-label': `${words}: ${title}`,
      },
      words,
    );
  return el(
    'p',
    { className: 'acts' },
    act('move', 'Move by a day'),
    act('cancel', 'Cancel in Google'),
  );
}

function drawCell({ date, isToday, ours, own }) {
  const mark = (name) => el('i', { className: name });
  return el(
    'span',
    { className: isToday ? 'today' : '' },
    String(Number(date.slice(8))),
    el(
      'span',
      { className: 'marks' },
      ...Array.from({ length: Math.min(ours, 3) }, () => mark('ours')),
      ...Array.from({ length: Math.min(own, 3) }, () => mark('own')),
    ),
  );
}

/** Days and times on the clock of the business. */
function wording(timeZone) {
  const clock = new Intl.DateTimeFormat(undefined, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const long = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' };
  const day = new Intl.DateTimeFormat(undefined, long);
  return {
    day: (date) => day.format(new Date(`${date}T00:00:00Z`)),
    span: ({ startsAt, endsAt, isAllDay }) =>
      isAllDay ? 'all day' : `${clock.format(startsAt)}–${clock.format(endsAt)}`,
  };
}

/** Whoever acted by keyboard stays in the calendar when their button is drawn again, or is gone. */
function keepingFocus(change) {
  const list = byId('calendar-days');
  const focused = list.contains(document.activeElement) ? document.activeElement.id : '';
  change();
  if (focused !== '' && document.activeElement?.id !== focused) (byId(focused) ?? list).focus();
}
