import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpTransport, StaleConnection } from '../../src/llm/http-transport.ts';
import { http1Transport } from '../../src/llm/http1-transport.ts';
import { type LocalServer, localServer } from './local-server.ts';
import { type Answer, carriesCalls, post } from './transport-promises.ts';

let server: LocalServer | undefined;
let transport: HttpTransport | undefined;

async function serve(answer: Answer) {
  const started = await localServer(({ body }, response) => {
    answer(response, Buffer.from(body, 'latin1').toString('utf8'));
  });
  server = started;
  transport = http1Transport(new URL(started.origin));
  return { transport, connections: started.connections, stop: started.stop };
}

afterEach(async () => {
  transport?.close();
  await server?.stop();
});

describe('http1Transport', () => {
  // Each seen to fail with its part taken out: `keepAlive`, the listener on the signal, the timer (or the timer
  // stopped at the headers), the bound on the size.
  carriesCalls(serve);

  it('says when a kept connection was dead already', async () => {
    let calls = 0;
    const { transport } = await serve((response) => {
      calls += 1;
      if (calls === 1) {
        response.end();
      } else {
        response.socket?.destroy();
      }
    });
    await transport.post(post());

    await expect(transport.post(post())).rejects.toBeInstanceOf(StaleConnection);
  });
});
