const dayMs = 86_400_000;
const weeksShown = 2;

/**
 * The calendar of the business as days on its clock, the earliest first: from Monday of this week on, what its people
 * have to do until the end of the next, and every meeting. Days without anything are left out.
 */
export function calendarDays({ meetings, googleEvents, people }, { now, timeZone }) {
  const [first, last] = shownDays(now, timeZone);
  const ours = [...meetings.values()].map((meeting) =>
    ourEntry(meeting, { googleEvents, people, now }),
  );
  const own = googleEvents.filter((event) => isOwn(event, meetings)).map(ownEntry);
  const days = new Map();
  for (const entry of [...ours, ...own].toSorted((a, b) => a.startsAt - b.startsAt)) {
    const date = entry.date ?? dateOf(entry.startsAt, timeZone);
    if (date < first || (date > last && !entry.isOurs)) continue;
    days.set(date, [...(days.get(date) ?? []), entry]);
  }
  return [...days].toSorted().map(([date, entries]) => ({ date, entries }));
}

/** The days of this week and the next, Monday first, each with how many things there are. */
export function calendarWeeks(days, { now, timeZone }) {
  const [first] = shownDays(now, timeZone);
  const today = dateOf(now, timeZone);
  return Array.from({ length: 7 * weeksShown }, (_, place) => {
    const date = plusDays(first, place);
    const entries = days.find((day) => day.date === date)?.entries ?? [];
    const standing = entries.filter(({ isOff }) => !isOff);
    const ours = standing.filter(({ isOurs }) => isOurs).length;
    return { date, isToday: date === today, ours, own: standing.length - ours };
  });
}

/** The date that the clock of the zone shows. */
export function dateOf(at, timeZone) {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);
}

function shownDays(now, timeZone) {
  const today = dateOf(now, timeZone);
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = plusDays(today, -sinceMonday);
  return [monday, plusDays(monday, 7 * weeksShown - 1)];
}

function plusDays(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

function ourEntry(meeting, { googleEvents, people, now }) {
  const { meetingId, status, title, durationMinutes } = meeting;
  const startsAt = Date.parse(meeting.meetingTime);
  const event = googleEvents.find(({ eventId }) => eventId === meeting.googleEventId);
  const isToCome = startsAt > now && (status === 'scheduled' || status === 'pending');
  return {
    key: meetingId,
    isOurs: true,
    isOff: status === 'cancelled',
    startsAt,
    endsAt: startsAt + durationMinutes * 60_000,
    title,
    conversationId: meeting.conversationId,
    customerName: meeting.customerName,
    person: people.get(meeting.personId),
    status,
    changedBy: meeting.changedBy,
    meetLink: meeting.meetLink,
    event: isToCome && event?.status !== 'cancelled' ? event : undefined,
  };
}

function ownEntry(event) {
  const { eventId, summary, isAllDay, resource } = event;
  return {
    key: eventId,
    isOurs: false,
    isOff: false,
    date: isAllDay ? resource?.start?.date : undefined,
    startsAt: Date.parse(event.start),
    endsAt: Date.parse(event.end),
    isAllDay,
    title: summary,
  };
}

/** What is of a meeting is shown by it, also before the page hears of it. */
function isOwn({ status, privateProperties }) {
  return status !== 'cancelled' && privateProperties?.rapportMeeting === undefined;
}
