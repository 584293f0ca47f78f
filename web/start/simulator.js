/** What the simulated providers next to the phones show: mails, a calendar, and what they were asked. */
export function connectSimulator({ simulatorUrl: url }) {
  const read = async (path) => {
    const response = await fetch(`${url}/_simulator${path}`);
    return (await response.json()).data;
  };
  return {
    /** Whether there is one. */
    isThere: url !== null,
    /** The mails that arrived after this one, oldest first. */
    mails: (after) => read(`/mail?after=${after}`),
    /** The requests to the simulated model after this one. */
    modelRequests: (after) => read(`/openai/requests?after=${after}`),
    /** The events of an account's own calendar, also those that were cancelled. */
    googleEvents: (account) =>
      read(
        `/google/events?${new URLSearchParams({ account, calendarId: 'primary', status: 'all' })}`,
      ),
    /** The requests to Google after this one. */
    googleRequests: (after) => read(`/google/requests?after=${after}`),
    /** Where somebody does something in a calendar by hand. */
    googleActs: `${url}/_simulator/google/acts`,
  };
}
