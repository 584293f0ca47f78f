import { jsonOf } from './fields.ts';
import type { StreamEvent } from './protocol.ts';
import { createSseParser } from './sse-parser.ts';

/** How a stream came to its end. */
export type StreamEnd =
  | { because: 'ended' }
  | { because: 'unreachable' }
  | { because: 'refused'; status: number; retryAfterMs: number | null };

export type StreamOptions = {
  url: string;
  token: string;
  after: number;
  /** Longer silence than this means that the connection is dead: the server beats more often. */
  silenceMs: number;
  signal: AbortSignal;
  onLive: () => void;
  onEvent: (event: StreamEvent) => void;
};

/** Reads one stream of events until it ends; with `fetch`, because EventSource cannot send the token. */
export async function readStream(options: StreamOptions): Promise<StreamEnd> {
  const cut = new AbortController();
  const abort = (): void => cut.abort();
  options.signal.addEventListener('abort', abort);
  let watchdog = setTimeout(abort, options.silenceMs);
  let isLive = false;
  try {
    const response = await fetch(options.url, {
      headers: {
        Accept: 'text/event-stream',
        Authorization: `Bearer ${options.token}`,
        'Last-Event-ID': String(options.after),
      },
      credentials: 'omit',
      cache: 'no-store',
      signal: cut.signal,
    });
    if (!response.ok || response.body === null) return refused(response);
    isLive = true;
    options.onLive();
    const parse = createSseParser();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { because: 'ended' };
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, options.silenceMs);
      for (const { name, data } of parse(decoder.decode(value, { stream: true }))) {
        options.onEvent({ name, data: jsonOf(data) });
      }
    }
  } catch {
    return { because: isLive ? 'ended' : 'unreachable' };
  } finally {
    clearTimeout(watchdog);
    options.signal.removeEventListener('abort', abort);
    cut.abort();
  }
}

function refused(response: Response): StreamEnd {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return {
    because: 'refused',
    status: response.status,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : null,
  };
}
