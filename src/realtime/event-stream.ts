import type { ServerResponse } from 'node:http';
import { formatPosition, type Position } from './position.ts';
import type { StoredEvent } from './read-events.ts';
import { SseConnection } from './sse-connection.ts';

export type EventStreamOptions = {
  position: Position;
  openedAt: Date;
  /** A client that leaves more than this unread is cut; it may resume. */
  maxUnreadBytes?: number;
};

/** One client that reads a tenant's events, and how far it has come. */
export class EventStream {
  readonly openedAt: Date;
  /** Behind the last event sent, or where it began. */
  position: Position;
  readonly #connection: SseConnection;

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#connection = new SseConnection(response, options);
    this.openedAt = options.openedAt;
    this.position = options.position;
    // An id without data is remembered but no event: who loses the connection before the first event
    // resumes where it began, not where it comes back.
    this.#connection.send({ id: formatPosition(options.position) });
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  send({ position, kind, payload }: StoredEvent): void {
    this.#connection.send({ id: formatPosition(position), event: kind, data: payload });
    this.position = position;
  }

  /** Sends what has no place among the stored events: a client resumes as if it had not been. */
  sendTransient(kind: string, payload: unknown): void {
    this.#connection.send({ event: kind, data: JSON.stringify(payload) });
  }

  /** Keeps the connection from looking idle to what is in between. */
  beat(): void {
    this.#connection.beat();
  }

  /** Resolves when the client has read enough for more to be sent, or is gone. */
  hasRoom(): Promise<void> {
    return this.#connection.hasRoom();
  }

  onClose(callback: () => void): void {
    this.#connection.onClose(callback);
  }

  /** Ends it now; what the client has not read yet it gets when it resumes. */
  end(): void {
    this.#connection.end();
  }
}
