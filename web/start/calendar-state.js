/** How what happens to meetings, and in the simulated Google, changes what the page knows of the calendar. */
export const calendarChanges = {
  /** All that the API had when it was asked, in the place of what was known before that. */
  meetings: (state, { meetings, askedAt }) => ({
    meetings: new Map([
      ...[...state.meetings].filter(([, { toldAt }]) => toldAt >= askedAt),
      ...meetings.map((meeting) => [meeting.meetingId, later(state.meetings, meeting)]),
    ]),
  }),
  people: (_, { people }) => ({
    people: new Map(people.map(({ personId, name }) => [personId, name])),
  }),
  googleEvents: (_, { events }) => ({ googleEvents: events }),
};

/** A meeting as an event tells it. */
export function withMeeting(state, meeting, at) {
  const known = { ...later(state.meetings, meeting), toldAt: at };
  return { meetings: new Map(state.meetings).set(meeting.meetingId, known) };
}

/** Answers may come in another order than they were given. */
function later(meetings, meeting) {
  const known = meetings.get(meeting.meetingId);
  const isOlder =
    known !== undefined && Date.parse(known.updatedAt) > Date.parse(meeting.updatedAt);
  return isOlder ? known : meeting;
}
