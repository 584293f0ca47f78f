/** What the simulated providers next to the phones show: mails, and what the model was asked. */
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
  };
}
