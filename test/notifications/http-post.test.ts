import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isPublicAddress } from '../../src/lib/public-address.ts';
import {
  createHttpPost,
  type HttpPostOptions,
} from '../../src/notifications/notifiers/http-post.ts';
import { sampleNow } from './sample-notification.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<{ port: number; url: string }> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, url: `http://127.0.0.1:${port}/hook/secret-part` };
}

/** Posts with a note of what happened in which order. */
async function posting(
  url: string,
  options: Partial<HttpPostOptions> & { handingOver?: () => Promise<void> } = {},
) {
  const { handingOver = async () => {}, ...rest } = options;
  const http = createHttpPost({ mayReachPrivateAddresses: true, timeoutMs: 2_000, ...rest });
  closers.push(() => http.close());
  return await http.post({ url, headers: {}, body: '{"a":1}', now: sampleNow, handingOver });
}

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.10',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '0.0.0.0',
    '192.0.0.192',
    '198.18.0.1',
    '203.0.113.5',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'fec0::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '100::1',
    'example.com',
    '',
  ])('is false for %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '64:ff9b::808:808'])(
    'is true for %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('createHttpPost where private addresses may not be reached', () => {
  // Seen failing with the check of addresses in digits taken out.
  it.each([
    (port: number) => `http://127.0.0.1:${port}/`,
    (port: number) => `http://2130706433:${port}/`,
    (port: number) => `http://0x7f.1:${port}/`,
    (port: number) => `http://127.1:${port}/`,
    (port: number) => `http://[::1]:${port}/`,
    (port: number) => `http://[::ffff:127.0.0.1]:${port}/`,
    (port: number) => `http://[::ffff:7f00:1]:${port}/`,
    (port: number) => `http://0:${port}/`,
    () => 'http://169.254.169.254/latest/meta-data/',
    () => 'http://[fd00:ec2::254]/',
  ])('does not connect to an address in digits, %#', async (urlOf) => {
    let isReached = false;
    const { port } = await serve((_, response) => {
      isReached = true;
      response.end();
    });

    const answer = await posting(urlOf(port), { mayReachPrivateAddresses: false });

    expect(answer).toEqual({ kind: 'forbidden', cause: 'ERR_FORBIDDEN_ADDRESS' });
    expect(isReached).toBe(false);
  });

  // Seen failing with the filter of the lookup's answers taken out.
  it.each(['localhost', 'localhost.', 'a.localhost'])(
    'does not connect to %s',
    async (hostname) => {
      let isReached = false;
      const { port } = await serve((_, response) => {
        isReached = true;
        response.end();
      });

      const answer = await posting(`http://${hostname}:${port}/`, {
        mayReachPrivateAddresses: false,
      });

      expect(answer.kind === 'answered').toBe(false);
      expect(isReached).toBe(false);
    },
  );

  it('connects to the very address it looked at, so that a name that changes gains nothing', async () => {
    let isReached = false;
    const { port } = await serve((_, response) => {
      isReached = true;
      response.end();
    });
    const asked: string[] = [];
    // Public for whoever looks first, this machine for whoever looks again.
    const lookup: LookupFunction = (hostname, wanted, callback) => {
      asked.push(hostname);
      const address = asked.length === 1 ? '192.0.2.1' : '127.0.0.1';
      if (wanted.all === true) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    };

    const first = await posting(`http://rebinding.example:${port}/`, {
      mayReachPrivateAddresses: false,
      lookup,
    });
    const second = await posting(`http://rebinding.example:${port}/`, {
      mayReachPrivateAddresses: false,
      lookup,
    });

    expect([first.kind, second.kind]).toEqual(['forbidden', 'forbidden']);
    expect(asked).toHaveLength(2);
    expect(isReached).toBe(false);
  });

  it('uses the public ones of several addresses only', async () => {
    const offered: string[] = [];
    const { port } = await serve((_, response) => response.end());
    const lookup: LookupFunction = (_, __, callback) => {
      offered.push('asked');
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '2001:db8::1', family: 6 },
      ]);
    };

    const answer = await posting(`http://both.example:${port}/`, {
      mayReachPrivateAddresses: false,
      lookup,
    });

    expect(answer.kind).toBe('forbidden');
    expect(offered).toEqual(['asked']);
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'http://user:pw@example.com/', 'nonsense'])(
    'does not even try %s',
    async (url) => {
      expect(await posting(url)).toEqual({ kind: 'forbidden', cause: 'ERR_INVALID_URL' });
    },
  );
});

describe('createHttpPost', () => {
  it('posts what it is given, without waiting for a body that never ends', async () => {
    const seen: { method?: string | undefined; body: string }[] = [];
    const { url } = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        seen.push({ method: request.method, body });
        response.write('ok'.repeat(5_000));
      });
    });

    const answer = await posting(url);

    expect(seen).toEqual([{ method: 'POST', body: '{"a":1}' }]);
    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(answer.kind === 'answered' && answer.text.length).toBe(2_048);
  });

  it('reads when it may come back, in seconds and as a date', async () => {
    const waits = ['7', new Date(sampleNow.getTime() + 5_000).toUTCString()];
    const { url } = await serve((request, response) => {
      request.resume();
      response.writeHead(429, { 'retry-after': waits.shift() ?? '' }).end();
    });

    const answers = [await posting(url), await posting(url)];

    expect(answers).toMatchObject([{ retryAfterMs: 7_000 }, { retryAfterMs: 5_000 }]);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const { url } = await serve((request, response) => {
      requests += 1;
      request.resume();
      response.writeHead(307, { location: '/elsewhere' }).end();
    });

    expect(await posting(url)).toMatchObject({ kind: 'answered', status: 307 });
    expect(requests).toBe(1);
  });

  // Seen failing with the body given as bytes and handingOver awaited before the request.
  it('hands over when the connection stands, and never where nobody listens', async () => {
    const { url } = await serve((_, response) => response.end());
    let isHandedOver = false;
    const refusedUrl = url.replace(/:\d+/, ':1');

    const answer = await posting(refusedUrl, {
      handingOver: async () => {
        isHandedOver = true;
      },
    });

    expect(answer).toEqual({ kind: 'not_sent', cause: 'ECONNREFUSED' });
    expect(isHandedOver).toBe(false);
  });

  // Seen failing with the await of handingOver taken out.
  it('writes no byte before it was allowed to hand over', async () => {
    const events: string[] = [];
    const { url } = await serve((request, response) => {
      events.push('request');
      request.resume();
      response.end();
    });

    await posting(url, {
      handingOver: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push('handed over');
      },
    });

    expect(events).toEqual(['handed over', 'request']);
  });

  it('sends nothing and passes on why, when handing over is refused', async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests += 1;
      response.end();
    });

    const posted = posting(url, { handingOver: () => Promise.reject(new Error('lease lost')) });

    await expect(posted).rejects.toThrow('lease lost');
    expect(requests).toBe(0);
  });

  it('posts many at once to one place', async () => {
    let underWay = 0;
    let most = 0;
    const { url } = await serve((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      request.resume();
      setTimeout(() => {
        underWay -= 1;
        response.end();
      }, 100);
    });
    const http = createHttpPost({ mayReachPrivateAddresses: true });
    closers.push(() => http.close());
    const call = { url, headers: {}, body: '{}', now: sampleNow, handingOver: async () => {} };

    const answers = await Promise.all(Array.from({ length: 30 }, () => http.post(call)));

    expect(answers.filter(({ kind }) => kind !== 'answered')).toEqual([]);
    expect(most).toBeGreaterThan(10);
  });

  it('waits for the handover also when the other side answers before it was sent anything', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    let isSettled = false;

    const answer = await posting(`http://127.0.0.1:${port}/`, {
      handingOver: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        isSettled = true;
      },
    });

    expect(answer.kind).not.toBe('forbidden');
    expect(isSettled).toBe(true);
  });

  it('does not know what became of a post whose connection broke', async () => {
    const { url } = await serve((request) => {
      request.on('data', () => request.destroy());
    });

    expect(await posting(url)).toMatchObject({ kind: 'no_answer', cause: 'UND_ERR_SOCKET' });
  });

  it('waits no longer than it is told to', async () => {
    const { url } = await serve((request) => request.resume());

    const answer = await posting(url, { timeoutMs: 200 });

    expect(answer).toEqual({ kind: 'no_answer', cause: 'timeout' });
  });

  // Seen failing with the check of the signal after handingOver taken out.
  it('sends nothing any more when handing over took too long', async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests += 1;
      response.end();
    });

    const answer = await posting(url, {
      timeoutMs: 50,
      handingOver: () => new Promise((resolve) => setTimeout(resolve, 200)),
    });

    expect(answer).toEqual({ kind: 'not_sent', cause: 'timeout' });
    expect(requests).toBe(0);
  });
});
