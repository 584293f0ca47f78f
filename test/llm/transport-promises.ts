import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { expect, it } from '@jest/globals';
import type { HttpPost, HttpTransport } from '../../src/llm/http-transport.ts';

/** What a test's server does with one request; the answers of both versions of HTTP have the same methods. */
export type Answer = (response: ServerResponse | Http2ServerResponse, body: string) => void;

export type Served = {
  transport: HttpTransport;
  connections: () => number;
  stop: () => Promise<void>;
};

/** A call as a test makes it. */
export const post = (changes: Partial<HttpPost> = {}): HttpPost => ({
  path: '/v1/responses',
  headers: { 'content-type': 'application/json' },
  body: '{"text":"Grüße 👋"}',
  timeoutMs: 10_000,
  signal: new AbortController().signal,
  ...changes,
});

/** What every transport promises, whatever it speaks. */
export function carriesCalls(serve: (answer: Answer) => Promise<Served>): void {
  it('posts the bytes of the text and reads the whole answer, however it is cut', async () => {
    let received = '';
    const { transport } = await serve((response, body) => {
      received = body;
      const bytes = Buffer.from('{"text":"schön"}');
      response.statusCode = 201;
      response.setHeader('x-request-id', 'req_1');
      write(response, bytes.subarray(0, 13));
      setImmediate(() => end(response, bytes.subarray(13)));
    });

    const answer = await transport.post(post());

    expect(answer).toMatchObject({ status: 201, text: '{"text":"schön"}' });
    expect(answer.header('x-request-id')).toBe('req_1');
    expect(answer.header('retry-after')).toBeUndefined();
    expect(received).toBe('{"text":"Grüße 👋"}');
  });

  it('keeps its connection for the next call', async () => {
    const { transport, connections } = await serve((response) => end(response, '{}'));

    for (let call = 0; call < 3; call += 1) {
      await transport.post(post());
    }

    expect(connections()).toBe(1);
  });

  it('has as many calls under way as it is given', async () => {
    const waiting: (ServerResponse | Http2ServerResponse)[] = [];
    const { transport } = await serve((response) => {
      waiting.push(response);
      if (waiting.length === 350) {
        for (const one of waiting) {
          end(one, '{}');
        }
      }
    });

    const answers = await Promise.all(Array.from({ length: 350 }, () => transport.post(post())));

    expect(answers).toHaveLength(350);
  });

  it('gives up at once when it is told to, and hangs up on the server', async () => {
    const controller = new AbortController();
    const hungUp = Promise.withResolvers<void>();
    const { transport } = await serve((response) => {
      response.on('close', () => hungUp.resolve());
      controller.abort();
    });

    await expect(transport.post(post({ signal: controller.signal }))).rejects.toThrow('aborted');
    await hungUp.promise;
  });

  it('does not call at all when it was told to give up before', async () => {
    let calls = 0;
    const { transport } = await serve((response) => {
      calls += 1;
      end(response, '{}');
    });

    await expect(transport.post(post({ signal: AbortSignal.abort() }))).rejects.toThrow();

    expect(calls).toBe(0);
  });

  it.each([
    ['never answers', () => {}],
    [
      'stops in the middle',
      (response: ServerResponse | Http2ServerResponse) => write(response, '{"te'),
    ],
  ])('gives up in time on a server that %s', async (_what, answer) => {
    const { transport } = await serve(answer);

    await expect(transport.post(post({ timeoutMs: 50 }))).rejects.toThrow('timed out after 50 ms');
  });

  it('fails when the connection breaks in the middle of an answer', async () => {
    const { transport } = await serve((response) => {
      write(response, '{"te');
      setTimeout(() => breakConnection(response), 10);
    });

    await expect(transport.post(post())).rejects.toThrow();
  });

  it('stops reading an answer that is larger than any model gives', async () => {
    const { transport } = await serve((response) =>
      end(response, Buffer.alloc(17 * 1024 * 1024, 'x')),
    );

    await expect(transport.post(post())).rejects.toThrow('larger than');
  });

  it('fails when nobody listens', async () => {
    const { transport, stop } = await serve((response) => end(response, '{}'));
    await stop();

    await expect(transport.post(post())).rejects.toThrow('ECONNREFUSED');
  });
}

type Response = ServerResponse | Http2ServerResponse;

/** Writes a piece; the two kinds of answer differ in their signatures only. */
export function write(response: Response, piece: string | Uint8Array): void {
  if ('stream' in response) {
    response.write(piece);
  } else {
    response.write(piece);
  }
}

/** Ends an answer; as above. */
export function end(response: Response, piece: string | Uint8Array): void {
  if ('stream' in response) {
    response.end(piece);
  } else {
    response.end(piece);
  }
}

/** Breaks the connection under an answer. */
export function breakConnection(response: Response): void {
  if ('stream' in response) {
    response.stream.session?.destroy();
  } else {
    response.socket?.destroy();
  }
}
