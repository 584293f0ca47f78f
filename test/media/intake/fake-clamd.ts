import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export type FakeClamd = {
  port: number;
  /** The files that were looked at. */
  scanned: Buffer[];
  close(): Promise<void>;
};

/** The text that every scanner takes for a virus, in two pieces, so that none takes this file for one. */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$',
  'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
].join('');

const command = 'zINSTREAM\0';

/**
 * A clamd as far as its command INSTREAM goes, on a free port or the one that is given, or on a socket in the file system: finds `eicar`, and
 * hangs up on what is larger than `maxBytes`. With `says` it gives that answer to everything; '' is none.
 */
export async function startFakeClamd(
  options: { maxBytes?: number; path?: string; port?: number; says?: string } = {},
): Promise<FakeClamd> {
  const scanned: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      const answer = answerTo(received, options.maxBytes ?? 1e9, scanned);
      if (answer === undefined || options.says === '') return;
      // As clamd does it: what it has not read is lost, and the other side told so.
      socket.end(`${options.says ?? answer}\0`, () => socket.destroy());
    });
  });
  server.listen(options.path ?? options.port ?? 0);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    scanned,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerTo(received: Buffer, maxBytes: number, scanned: Buffer[]): string | undefined {
  if (received.length < command.length) return undefined;
  if (received.toString('latin1', 0, command.length) !== command) return 'UNKNOWN COMMAND';
  const chunks: Buffer[] = [];
  let size = 0;
  for (let place = command.length; place + 4 <= received.length; ) {
    const length = received.readUInt32BE(place);
    size += length;
    if (size > maxBytes) return 'INSTREAM size limit exceeded. ERROR';
    if (length === 0) {
      const file = Buffer.concat(chunks);
      scanned.push(file);
      return file.includes(eicar) ? 'stream: Win.Test.EICAR_HDB-1 FOUND' : 'stream: OK';
    }
    chunks.push(received.subarray(place + 4, place + 4 + length));
    place += 4 + length;
  }
  return undefined;
}
