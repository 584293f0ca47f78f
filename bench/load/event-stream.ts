import { connect } from 'node:net';

/** One server-sent event; what it lacks is ''. */
export type StreamEvent = { id: string; event: string; data: string };

export type StreamHearer = {
  /** The stream is open: its headers have come. */
  opened(): void;
  event(event: StreamEvent): void;
  /** It never opened, with the answer's status, or was lost (0). */
  ended(status: number): void;
};

/** One stream of server-sent events; what is written after `pause` stays in the sockets' buffers. */
export type EventStream = { pause(): void; close(): void };

/**
 * Follows a stream by hand over a plain socket: thousands of them cost the load next to nothing. Reads chunked
 * answers in Latin-1, which is all that the simulated model writes.
 */
export function openEventStream(
  { port, path, token }: { port: number; path: string; token: string },
  hear: StreamHearer,
): EventStream {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  let text = '';
  let status = 0;
  let isOpen = false;
  let isClosed = false;

  const readHead = (): void => {
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    status = Number(received.slice(9, 12));
    if (status !== 200) {
      socket.destroy();
      return;
    }
    received = received.slice(headEnd + 4);
    isOpen = true;
    hear.opened();
  };
  const readChunks = (): void => {
    for (;;) {
      const sizeEnd = received.indexOf('\r\n');
      if (sizeEnd === -1) return;
      const size = Number.parseInt(received.slice(0, sizeEnd), 16);
      if (received.length < sizeEnd + 2 + size + 2) return;
      text += received.slice(sizeEnd + 2, sizeEnd + 2 + size);
      received = received.slice(sizeEnd + 2 + size + 2);
    }
  };

  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    if (!isOpen) readHead();
    if (!isOpen) return;
    readChunks();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== undefined) hear.event(event);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (!isClosed) hear.ended(isOpen ? 0 : status);
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  return {
    pause: () => {
      socket.pause();
    },
    close() {
      isClosed = true;
      socket.destroy();
    },
  };
}

/** Undefined for comments, and for what only says when to come back. */
function parseBlock(block: string): StreamEvent | undefined {
  const event = { id: '', event: '', data: '' };
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) event.id = line.slice(4);
    if (line.startsWith('event: ')) event.event = line.slice(7);
    if (line.startsWith('data: ')) event.data = line.slice(6);
  }
  return event.data === '' ? undefined : event;
}
