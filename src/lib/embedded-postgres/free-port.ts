import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to connections that go out: one of those may be taken before it is listened on. */
const range = { from: 15_000, to: 32_000 };
const attempts = 200;

/** A port of 127.0.0.1 nobody listens on just now. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const port = randomInt(range.from, range.to);
    if (await isFreePort(port)) return port;
  }
  throw new Error(`none of ${attempts} ports was free`);
}

/** Whether a server could listen on the port of 127.0.0.1 just now. */
export async function isFreePort(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
