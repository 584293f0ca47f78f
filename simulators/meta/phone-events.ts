import type { ServerResponse } from 'node:http';

/**
 * What the simulated phone sees, on a number of WhatsApp (`phoneNumberId`) or an account of Instagram (`accountId`, which is an e-mail address for Google's calendars).
 * `customer` is who holds it; undefined when the simulator cannot know.
 */
export type PhoneEvent = ({ phoneNumberId: string } | { accountId: string }) & {
  type: 'read' | 'typing' | 'message' | 'status' | 'written' | 'seen' | 'echo' | 'calendar';
  customer?: string | undefined;
  messageId?: string | undefined;
  [fact: string]: unknown;
};

/** Shows events to the pages that listen. */
export type EventHub = {
  publish(event: PhoneEvent): void;
  /** Keeps the response open and writes the events that fit, first those after `lastEventId`. */
  subscribe(response: ServerResponse, filter: EventFilter, lastEventId: number): void;
  close(): void;
};

/** The values that events must have; one that names no customer may be anybody's. */
type EventFilter = Record<string, string>;
type Numbered = { id: number; event: PhoneEvent };

const replayed = 500;

export function createEventHub(): EventHub {
  const listeners = new Map<ServerResponse, EventFilter>();
  let recent: Numbered[] = [];
  let lastId = 0;

  function subscribe(response: ServerResponse, filter: EventFilter, lastEventId: number): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    });
    response.write(': open\n\n');
    for (const one of recent.slice(-replayed)) {
      if (one.id > lastEventId && fits(one.event, filter)) write(response, one);
    }
    listeners.set(response, filter);
    response.on('close', () => listeners.delete(response));
  }

  return {
    subscribe,
    publish(event) {
      lastId += 1;
      const numbered = { id: lastId, event };
      recent.push(numbered);
      if (recent.length > replayed * 2) recent = recent.slice(-replayed);
      for (const [response, filter] of listeners) {
        if (fits(event, filter)) write(response, numbered);
      }
    },
    close() {
      for (const response of listeners.keys()) response.end();
      listeners.clear();
    },
  };
}

function fits(event: PhoneEvent, filter: EventFilter): boolean {
  return Object.entries(filter).every(
    ([name, wanted]) =>
      event[name] === wanted || (name === 'customer' && event.customer === undefined),
  );
}

function write(response: ServerResponse, { id, event }: Numbered): void {
  response.write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}
