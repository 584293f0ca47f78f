import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { errorText } from '../../lib/errors.ts';
import { type FileScanner, ScannerUnavailable, type ScanResult } from './file-scanner.ts';

export type ClamdOptions = {
  /** `tcp://host:port` or `unix:/path/of/the/socket`. */
  url: string;
  /** For one file, from the connection to the verdict. */
  timeoutMs: number;
};

const chunkBytes = 64 * 1024;

/** Scans with a clamd, over a connection for each file (its command INSTREAM). */
export function createClamdScanner(options: ClamdOptions): FileScanner {
  const place = placeOf(options.url);
  return {
    async scan(bytes) {
      const answer = await ask(place, bytes, options.timeoutMs).catch((error: unknown) => {
        throw new ScannerUnavailable(`clamd: ${errorText(error)}`, { cause: error });
      });
      return resultOf(answer);
    },
  };
}

function placeOf(url: string): NetConnectOpts {
  const { protocol, hostname, port, pathname } = new URL(url);
  return protocol === 'unix:'
    ? { path: pathname }
    : { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 3310 : port) };
}

function ask(place: NetConnectOpts, bytes: Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(place);
    const timer = setTimeout(() => socket.destroy(new Error('no verdict in time')), timeoutMs);
    let answer = '';
    let failure: Error | undefined;
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      answer += piece;
    });
    // A clamd that has seen enough of a large file answers and hangs up: what it said counts.
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      if (answer === '') reject(failure ?? new Error('hung up without a verdict'));
      else resolve(answer);
    });
    writeInstream(socket, bytes);
  });
}

/** Chunks behind their length, and one of no length at the end. */
function writeInstream(socket: Socket, bytes: Uint8Array): void {
  socket.write('zINSTREAM\0');
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes);
    socket.write(lengthOf(chunk));
    socket.write(chunk);
  }
  socket.write(lengthOf(new Uint8Array()));
}

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

function resultOf(answer: string): ScanResult {
  const words = answer.replace(/[\0\n]+$/, '');
  if (words.endsWith(' OK')) return 'clean';
  if (words.endsWith(' FOUND')) return 'infected';
  if (words.includes('size limit exceeded')) return 'too_large';
  throw new ScannerUnavailable(`clamd: ${words.slice(0, 200)}`);
}
