import { connect, createServer, type Socket } from 'node:net';

/** A wire to a server that can be cut, and stay cut. */
export type CutProxy = {
  url: string;
  /** Ends every connection at once, as a lost network does. */
  cut(): void;
  /** While true nobody gets through. */
  isDown: boolean;
  close(): Promise<void>;
};

/** Opens a wire to what listens at a port of this machine. */
export async function openCutProxy(port: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const ownPort = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: CutProxy = {
    url: `http://127.0.0.1:${ownPort}`,
    isDown: false,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        proxy.cut();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
