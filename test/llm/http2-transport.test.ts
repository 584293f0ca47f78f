import { constants } from 'node:http2';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpTransport, StaleConnection } from '../../src/llm/http-transport.ts';
import { http2Transport } from '../../src/llm/http2-transport.ts';
import { type Http2Server, http2Server } from './http2-server.ts';
import { type Answer, breakConnection, carriesCalls, end, post } from './transport-promises.ts';

let server: Http2Server | undefined;
let transport: HttpTransport | undefined;

async function serve(answer: Answer, maxCalls?: number) {
  const started = await http2Server(answer, maxCalls === undefined ? {} : { maxCalls });
  server = started;
  transport = http2Transport(new URL(started.origin));
  return { transport, connections: started.connections, stop: started.stop };
}

afterEach(async () => {
  transport?.close();
  await server?.stop();
});

describe('http2Transport', () => {
  // Each seen to fail with its part taken out: the listener on the signal, the timer, the bound on the size, the
  // look at the code with which the stream ended.
  carriesCalls(serve);

  // Seen to fail with a connection for each call.
  it('carries about a hundred calls on one connection, and opens another for more', async () => {
    const waiting: Parameters<Answer>[0][] = [];
    const { transport, connections } = await serve((response) => {
      waiting.push(response);
      if (waiting.length === 250) {
        for (const one of waiting) {
          end(one, '{}');
        }
      }
    });

    await Promise.all(Array.from({ length: 250 }, () => transport.post(post())));

    expect(connections()).toBe(3);
  });

  // Seen to fail with the limit of the server left unread.
  it('keeps to a lower limit of the server once it is known', async () => {
    const waiting: Parameters<Answer>[0][] = [];
    let calls = 0;
    const { transport, connections } = await serve((response) => {
      calls += 1;
      if (calls === 1) {
        end(response, '{}');
        return;
      }
      waiting.push(response);
      if (waiting.length === 15) {
        for (const one of waiting) {
          end(one, '{}');
        }
      }
    }, 10);
    await transport.post(post());

    await Promise.all(Array.from({ length: 15 }, () => transport.post(post())));

    expect(connections()).toBe(2);
  });

  it.each([
    ['refuses the call unworked', refuse],
    ['breaks the connection', breakConnection],
  ])('says that a call was lost unseen when the server %s', async (_what, lose) => {
    let calls = 0;
    const { transport } = await serve((response) => {
      calls += 1;
      if (calls === 1) {
        end(response, '{}');
      } else {
        lose(response);
      }
    });
    await transport.post(post());

    await expect(transport.post(post())).rejects.toBeInstanceOf(StaleConnection);
  });

  // Seen to fail with the connection kept after a call that timed out.
  it('gives no new call to a connection on which one went unanswered', async () => {
    let calls = 0;
    const { transport, connections } = await serve((response) => {
      calls += 1;
      if (calls > 1) {
        end(response, '{}');
      }
    });
    await expect(transport.post(post({ timeoutMs: 50 }))).rejects.toThrow('timed out');

    await transport.post(post());

    expect(connections()).toBe(2);
  });

  it('takes a new connection when the server has ended the old one', async () => {
    const { transport, connections } = await serve((response) => {
      end(response, '{}');
      if ('stream' in response) {
        response.stream.session?.close();
      }
    });

    for (let call = 0; call < 3; call += 1) {
      await answeredInTheEnd(transport);
    }

    expect(connections()).toBe(3);
  });
});

/** The news that the connection ends may come just after a call was put on it: that call is made again. */
async function answeredInTheEnd(transport: HttpTransport): Promise<void> {
  try {
    await transport.post(post());
  } catch (error) {
    expect(error).toBeInstanceOf(StaleConnection);
    await answeredInTheEnd(transport);
  }
}

function refuse(response: Parameters<Answer>[0]): void {
  if ('stream' in response) {
    response.stream.close(constants.NGHTTP2_REFUSED_STREAM);
  }
}
