import type { ServerResponse } from 'node:http';
import { formatPosition, type Position } from './position.ts';
import type { StoredEvent } from './read-events.ts';

export type EventStreamOptions = {
  position: Position;
  openedAt: Date;
  /** A client that leaves more than this unread is cut; it may resume. */
  maxUnreadBytes?: number;
};

/** One client that reads server-sent events (the "EventSource" part of the HTML standard). */
export class EventStream {
  readonly openedAt: Date;
  /** Behind the last event sent, or where it began. */
  position: Position;
  readonly #response: ServerResponse;
  readonly #maxUnreadBytes: number;

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response;
    this.#maxUnreadBytes = options.maxUnreadBytes ?? 1024 * 1024;
    this.openedAt = options.openedAt;
    this.position = options.position;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Otherwise nginx gathers a buffer full before anything arrives.
      'x-accel-buffering': 'no',
    });
    // An id without data is remembered but no event: who loses the connection before the first event
    // resumes where it began, not where it comes back.
    this.#write(`retry: 1000\nid: ${formatPosition(options.position)}\n\n`);
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  send({ position, kind, payload }: StoredEvent): void {
    this.#write(`id: ${formatPosition(position)}\nevent: ${kind}\ndata: ${payload}\n\n`);
    this.position = position;
  }

  /** Sends what has no place among the stored events: a client resumes as if it had not been. */
  sendTransient(kind: string, payload: unknown): void {
    this.#write(`event: ${kind}\ndata: ${JSON.stringify(payload)}\n\n`);
  }

  /** Keeps the connection from looking idle to what is in between. */
  beat(): void {
    this.#write(': still here\n\n');
  }

  /** Resolves when the client has read enough for more to be sent, or is gone. */
  async hasRoom(): Promise<void> {
    const response = this.#response;
    if (!this.isOpen || !response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }

  onClose(callback: () => void): void {
    this.#response.once('close', callback);
  }

  /** Ends it now; what the client has not read yet it gets when it resumes. */
  end(): void {
    if (this.#response.writableLength > 0) this.#response.destroy();
    else this.#response.end();
  }

  #write(block: string): void {
    if (!this.isOpen) return;
    this.#response.write(block);
    if (this.#response.writableLength > this.#maxUnreadBytes) this.#response.destroy();
  }
}
