import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** One server-sent event as it came over the wire. */
export type WireEvent = { id?: string; event?: string; data?: unknown };

/** A client of an event stream that keeps all it receives. */
export type EventClient = {
  status: number;
  events: WireEvent[];
  /** Comments, such as heartbeats. */
  comments: string[];
  /** The id that an EventSource would resume after. */
  lastEventId(): string | undefined;
  /** Resolves when the events are as wished; rejects after 10 s. */
  until(isDone: (events: WireEvent[]) => boolean): Promise<WireEvent[]>;
  ended: Promise<void>;
  pause(): void;
  close(): void;
};

/** Opens `GET {baseUrl}/events` with a token. Resolves when the headers have come. */
export async function openEvents(options: {
  baseUrl: string;
  bearer: string;
  lastEventId?: string | undefined;
}): Promise<EventClient> {
  const { baseUrl, bearer, lastEventId } = options;
  const asked = request(`${baseUrl}/events`, {
    agent: false,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return follow(asked, response, lastEventId);
}

function follow(
  asked: ClientRequest,
  response: IncomingMessage,
  resumedAfter: string | undefined,
): EventClient {
  const events: WireEvent[] = [];
  const comments: string[] = [];
  const waiting = new Set<() => void>();
  let lastId = resumedAfter;
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block, comments);
      lastId = event.id ?? lastId;
      if (event.data !== undefined) events.push(event);
    }
    for (const check of waiting) check();
  });
  const ended = new Promise<void>((resolve) => {
    response.on('close', resolve);
    response.on('error', () => resolve());
    asked.on('error', () => resolve());
  });
  return {
    status: response.statusCode ?? 0,
    events,
    comments,
    lastEventId: () => lastId,
    until: (isDone) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`still waiting; got ${JSON.stringify(events).slice(0, 2_000)}`));
        }, 10_000);
        const check = (): void => {
          if (!isDone(events)) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(events);
        };
        waiting.add(check);
        check();
      }),
    ended,
    pause: () => response.pause(),
    close: () => asked.destroy(),
  };
}

function parseBlock(block: string, comments: string[]): WireEvent {
  const event: WireEvent = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trimStart();
    if (colon === 0) comments.push(value);
    if (line.startsWith('id:')) event.id = value;
    if (line.startsWith('event:')) event.event = value;
    if (line.startsWith('data:')) event.data = JSON.parse(value);
  }
  return event;
}
