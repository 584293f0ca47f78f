const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** The hour and minute of a time. */
export function clockTime(at) {
  return hour.format(new Date(at));
}

/** The hour, minute and second of a time. */
export function clockSeconds(at) {
  return second.format(new Date(at));
}

/** "Today", or the day's name. */
export function dayName(at, now) {
  const name = day.format(new Date(at));
  return name === day.format(new Date(now)) ? 'Today' : name;
}

/** A span of milliseconds as people read it; longer ones say nothing. */
export function span(ms) {
  if (ms === undefined || ms < 0 || ms > 60_000) return '';
  return ms < 1_000 ? `+${ms} ms` : `+${(ms / 1_000).toFixed(1)} s`;
}
