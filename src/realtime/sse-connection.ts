import type { ServerResponse } from 'node:http';

/** One thing to tell; `data` is JSON on one line, and an `id` is what the client resumes after. */
export type ServerSentEvent = { id?: string; event?: string; data?: string };

/** A client that leaves more than this unread is cut; it may resume. */
const defaultMaxUnreadBytes = 1024 * 1024;

/** One client that reads server-sent events (the "EventSource" part of the HTML standard). */
export class SseConnection {
  readonly #response: ServerResponse;
  readonly #maxUnreadBytes: number;

  constructor(response: ServerResponse, options: { maxUnreadBytes?: number | undefined } = {}) {
    this.#response = response;
    this.#maxUnreadBytes = options.maxUnreadBytes ?? defaultMaxUnreadBytes;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Otherwise nginx gathers a buffer full before anything arrives.
      'x-accel-buffering': 'no',
    });
    this.#write('retry: 1000\n\n');
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  send({ id, event, data }: ServerSentEvent): void {
    const lines = [
      id === undefined ? '' : `id: ${id}\n`,
      event === undefined ? '' : `event: ${event}\n`,
      data === undefined ? '' : `data: ${data}\n`,
    ];
    this.#write(`${lines.join('')}\n`);
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
