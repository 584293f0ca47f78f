/**
 * Tells `onCall` of the calls between a simulated provider and rapport, as the provider's phone sees them. `describe`
 * has for each kind of event what it was: who called whom, where, and what for.
 */
export function hearCalls({ url, filter, channel, describe }, onCall) {
  const source = new EventSource(`${url}?${new URLSearchParams(filter)}`);
  for (const [type, describeOne] of Object.entries(describe)) {
    source.addEventListener(type, ({ data }) => {
      onCall({ ...describeOne(JSON.parse(data)), channel, method: 'POST', at: Date.now() });
    });
  }
}

/** A webhook of a provider. */
export function webhook(from, note) {
  return { from, to: 'rapport', path: '/webhooks/meta', note };
}

/** A call of rapport to the messages of an account. */
export function sending(to, accountId, note) {
  return { from: 'rapport', to, path: `/${accountId}/messages`, note };
}
