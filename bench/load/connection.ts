import { connect, type Socket } from 'node:net';

/** One keep-alive connection that carries one request at a time. */
export type Connection = {
  send(request: Buffer, answered: (status: number) => void): void;
  close(): void;
};

/** A connection lost counts as an answer with this status. */
export const lostStatus = 0;

/**
 * HTTP by hand over a plain socket: the load shares two cores with what it measures, and `node:http`
 * costs several times as much a request as this. Reads answers that have a Content-Length only.
 */
export function openConnection(port: number): Connection {
  let isClosed = false;
  let answered: ((status: number) => void) | undefined;
  let received = '';
  let socket: Socket | undefined = open();

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    opened.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const status = completeStatus(received);
      if (status !== undefined) finish(status);
    });
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (isClosed) return;
      // Opened again by the next request: until then there may be nobody to connect to.
      socket = undefined;
      finish(lostStatus);
    });
    return opened;
  }

  function finish(status: number): void {
    received = '';
    const hear = answered;
    answered = undefined;
    hear?.(status);
  }

  return {
    send(request, hear) {
      answered = hear;
      socket ??= open();
      socket.write(request);
    },
    close() {
      isClosed = true;
      socket?.destroy();
    },
  };
}

function completeStatus(received: string): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const length = /content-length: *(\d+)/i.exec(received.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${received}`);
  if (received.length < headEnd + 4 + Number(length)) return undefined;
  return Number(received.slice(9, 12));
}
