import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { CallTimedOut, callEnding, headerOf, readWhole, type Waiting } from './call-ending.ts';
import {
  type HttpAnswer,
  type HttpPost,
  type HttpTransport,
  StaleConnection,
} from './http-transport.ts';

/** A server that has not told its limit yet takes at least this many calls on one connection (RFC 9113, 6.5.2). */
const callsBeforeLimit = 100;
const idleMs = 30_000;

type Line = { session: ClientHttp2Session; calls: number; hasAnswered: boolean };

/** HTTP/2: about a hundred calls share one connection, and so one TLS state. */
export function http2Transport(origin: URL, tls: { ca?: string } = {}): HttpTransport {
  const lines = new Set<Line>();
  return {
    post: (request) =>
      new Promise((resolve, reject) => {
        request.signal.throwIfAborted();
        exchange(freeLine(lines) ?? openLine(lines, origin, tls), request, { resolve, reject });
      }),
    close: () => {
      for (const { session } of lines) {
        session.close();
      }
    },
  };
}

function freeLine(lines: Set<Line>): Line | undefined {
  for (const line of lines) {
    if (line.calls < callsAllowed(line.session)) {
      return line;
    }
  }
  return undefined;
}

function callsAllowed(session: ClientHttp2Session): number {
  if (session.closed || session.destroyed) {
    return 0;
  }
  const { maxConcurrentStreams = callsBeforeLimit } = session.connecting
    ? {}
    : session.remoteSettings;
  return Math.min(maxConcurrentStreams, callsBeforeLimit);
}

function openLine(lines: Set<Line>, origin: URL, tls: { ca?: string }): Line {
  const session = connect(origin, tls);
  const line: Line = { session, calls: 0, hasAnswered: false };
  lines.add(line);
  session.setTimeout(idleMs, () => {
    if (line.calls === 0) {
      session.destroy();
    }
  });
  session.on('close', () => lines.delete(line));
  // The calls on it hear of it themselves.
  session.on('error', () => lines.delete(line));
  return line;
}

function exchange(
  line: Line,
  { path, headers, body, timeoutMs, signal }: HttpPost,
  call: Waiting,
): void {
  const { session } = line;
  const stream = session.request({
    ...headers,
    ':method': 'POST',
    ':path': path,
    'content-length': Buffer.byteLength(body),
  });
  hold(line);
  const hangUp = (error: Error): void => {
    stream.close(constants.NGHTTP2_CANCEL);
    if (error instanceof CallTimedOut) {
      // The connection may be dead without saying so: what is on it may finish, what is new takes another.
      session.close();
    }
  };
  const { answer, fail, isOver } = callEnding({ timeoutMs, signal }, { ...call, hangUp });
  let whole: HttpAnswer | undefined;
  stream.on('response', (received) => {
    readWhole(stream, fail, (text) => {
      whole = answerOf(received, text);
    });
  });
  stream.on('error', (error) => fail(isLost(line, stream, error) ? asStale(error) : error));
  stream.on('close', () => {
    release(line);
    // A stream that was broken off ends like a whole one: only its last code tells them apart.
    if (whole && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
      line.hasAnswered = true;
      answer(whole);
    } else if (!isOver()) {
      // A connection that ends takes its streams along without an error on each.
      const error = new Error('the connection was closed');
      fail(line.hasAnswered ? asStale(error) : error);
    }
  });
  stream.end(body);
}

/** A connection without calls does not keep the process alive. */
function hold(line: Line): void {
  line.calls += 1;
  line.session.ref();
}

function release(line: Line): void {
  line.calls -= 1;
  if (line.calls === 0 && !line.session.destroyed) {
    line.session.unref();
  }
}

const lostCodes: unknown[] = ['ECONNRESET', 'EPIPE', 'ERR_HTTP2_STREAM_CANCEL'];

/** Whether the server has not worked on it: it said so, or a connection that had worked before broke. */
function isLost(line: Line, stream: ClientHttp2Stream, error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  const wasRefused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  return wasRefused || (line.hasAnswered && lostCodes.includes(code));
}

function asStale(error: Error): StaleConnection {
  return new StaleConnection(error.message, { cause: error });
}

function answerOf(
  received: IncomingHttpHeaders & IncomingHttpStatusHeader,
  text: string,
): HttpAnswer {
  return {
    status: received[':status'] ?? 0,
    header: (name) => headerOf(received, name),
    text,
  };
}
