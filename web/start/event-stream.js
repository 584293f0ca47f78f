import { createEventParser } from './sse-parser.js';

const heartbeatMissingMs = 40_000;
const forgetAfterMs = 12 * 3_600_000;
const maxWaitMs = 5_000;

/**
 * Follows a stream of events with a key in its header, which EventSource cannot send. Comes back by itself
 * and resumes after the last event. `onState` hears 'live' and, while it cannot be opened, 'offline'; `onStart`
 * is called when the stream begins anew and what is shown must be read from the API.
 */
export function followEvents({ url, apiKey, onEvent, onState, onStart }) {
  let lastEventId;
  let lastHeardAt = Date.now();
  let attempt = 0;
  let stop = new AbortController();

  const once = async () => {
    if (Date.now() - lastHeardAt > forgetAfterMs) lastEventId = undefined;
    stop = new AbortController();
    const response = await fetch(url, {
      cache: 'no-store',
      signal: stop.signal,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    if (response.status === 400) lastEventId = undefined;
    if (!response.ok) throw new Error(`the event stream answered ${response.status}`);
    onState('live');
    attempt = 0;
    if (lastEventId === undefined) onStart();
    await read(response.body);
  };

  const read = async (body) => {
    const parser = createEventParser(
      ({ id, kind, data }) => onEvent({ id, kind, payload: JSON.parse(data) }),
      lastEventId,
    );
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const watchdog = setTimeout(() => stop.abort(), heartbeatMissingMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
      if (done) return;
      parser.push(value);
      lastEventId = parser.lastEventId();
      lastHeardAt = Date.now();
    }
  };

  const forever = async () => {
    for (;;) {
      // A stream that ended comes back quietly; only one that cannot be opened is worth telling.
      await once().catch(() => onState('offline'));
      attempt += 1;
      await pauseUntilOnline(Math.min(maxWaitMs, 500 * 2 ** (attempt - 1)));
    }
  };
  addEventListener('offline', () => {
    onState('offline');
    stop.abort();
  });
  void forever();
}

function pauseUntilOnline(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    addEventListener(
      'online',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
