const providers = { whatsapp: 'WhatsApp', instagram: 'Instagram' };

/** An answer that is no success; `message` is what a person may read. */
export class ApiProblem extends Error {}

/** Calls rapport's API and the simulator, and tells `onCall` what was called, how it ended and how long it took. */
export function createApi({ apiKey, onCall }) {
  const call = async ({ from, to, channel, method, url, headers = {}, body }) => {
    const startedAt = performance.now();
    const path = new URL(url, location.href).pathname;
    const done = (status) =>
      onCall({
        at: Date.now(),
        from,
        to,
        channel,
        method,
        path,
        status,
        ms: Math.round(performance.now() - startedAt),
      });
    let response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      done(0);
      throw new ApiProblem(`${to} does not answer.`);
    }
    done(response.status);
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new ApiProblem(answer.detail ?? answer.title ?? answer.error ?? `${response.status}`);
  };
  const ours = (method, path, body) =>
    call({
      from: 'This page',
      to: 'rapport',
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${apiKey}` },
      body,
    });

  return {
    get: (path) => ours('GET', path),
    post: (path, body) => ours('POST', path, body),
    patch: (path, body) => ours('PATCH', path, body),
    /** What the customer does on a phone: a call to the simulated provider of that channel. */
    simulator: (channel, url, body) =>
      call({ from: 'The phone', to: providers[channel], channel, method: 'POST', url, body }),
    /** What people of the business do in the simulated Google. */
    google: (url, body) => call({ from: 'The business', to: 'Google', method: 'POST', url, body }),
  };
}
