/** How what happens to meetings, and in the simulated Google, changes what the page knows of the calendar. */
export const calendarChanges = {
  /** All that the API has, in the place of what was known before. */
  meetings: (state, { meetings }) => ({
    meetings: new Map(
      meetings.map((meeting) => [meeting.meetingId, later(state.meetings, meeting)]),
    ),
  }),
  people: (_, { people }) => ({
    people: new Map(people.map(({ personId, name }) => [personId, name])),
  }),
  googleEvents: (_, { events }) => ({ googleEvents: events }),
};

/** A meeting as an event tells it. */
export function withMeeting(state, meeting) {
  const known = later(state.meetings, meeting);
  return { meetings: new Map(state.meetings).set(meeting.meetingId, known) };
}

/** Answers may come in another order than they were given. */
function later(meetings, meeting) {
  const known = meetings.get(meeting.meetingId);
  const isOlder =
    known !== undefined && Date.parse(known.updatedAt) > Date.parse(meeting.updatedAt);
  return isOlder ? known : meeting;
}
