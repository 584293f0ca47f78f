import { byId } from './dom.js';
import { whileSeen } from './while-seen.js';

const dayMs = 86_400_000;

/**
 * Follows a calendar of the simulated Google: `onEvents` gets what is in it when that has changed, `onCall` what rapport
 * asked of Google. The buttons in the calendar do what people of the business would do there.
 */
export function followCalendar({ api, simulator, account, onEvents, onCall, onProblem }) {
  let events = [];
  let after;
  const look = async () => {
    const found = await simulator.googleEvents(account);
    if (JSON.stringify(found) !== JSON.stringify(events)) {
      events = found;
      onEvents(found);
    }
    const requests = await simulator.googleRequests(after ?? 0);
    if (after !== undefined) for (const request of requests) onCall(googleCall(request));
    after = requests.at(-1)?.sequence ?? after ?? 0;
  };
  whileSeen(look);
  byId('calendar-days').addEventListener('click', async ({ target }) => {
    const { act: kind, event: eventId } = target.closest('button')?.dataset ?? {};
    const event = events.find((one) => one.eventId === eventId);
    if (event === undefined) return;
    const times = kind === 'move' ? { start: dayLater(event.start), end: dayLater(event.end) } : {};
    onProblem(undefined);
    await api
      .google(simulator.googleActs, { kind, eventId, account, ...times })
      .then(look)
      .catch(onProblem);
  });
}

function dayLater(at) {
  return new Date(Date.parse(at) + dayMs).toISOString();
}

function googleCall({ method, path, status, at }) {
  const to = path.startsWith('/calendar/') ? 'Google Calendar' : 'Google';
  return { from: 'rapport', to, method, path, status, at: Date.parse(at) };
}
