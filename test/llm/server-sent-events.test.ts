import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { serverSentEvents } from '../../src/llm/server-sent-events.ts';

async function read(chunks: (string | Buffer)[]): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const event of serverSentEvents(Readable.from(chunks))) read.push(event);
  return read;
}

describe('serverSentEvents', () => {
  it('answers the data of each event, whatever else stands there', async () => {
    expect(
      await read([
        ': a comment\n\nevent: one\nid: 1\ndata: {"n":1}\n\n',
        'data:{"n":\r\ndata: 2}\r\n\r\nretry: 10\n\ndata: [DONE]\n\ndata: {"n":3}\n\n',
      ]),
    ).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('does not mind where a chunk ends, also within a character', async () => {
    const bytes = Buffer.from('data: {"text":"Grüße 👋"}\n\ndata: {"text":"!"}\n\n');

    const bytewise = Array.from(bytes, (byte) => Buffer.from([byte]));

    expect(await read(bytewise)).toEqual([{ text: 'Grüße 👋' }, { text: '!' }]);
  });

  it('leaves out an event that is cut off, and fails for what is no JSON', async () => {
    expect(await read(['data: {"n":1}\n\ndata: {"n":'])).toEqual([{ n: 1 }]);
    await expect(read(['data: {"n"\n\n'])).rejects.toThrow(SyntaxError);
  });

  it('reads on without its reader, but not for ever', async () => {
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 1;
        this.push(`data: "${'x'.repeat(1_000)}"\n\n`);
      },
    });

    for await (const _event of serverSentEvents(endless)) break;
    while (!endless.destroyed) await new Promise((resolve) => setImmediate(resolve));

    expect(sent).toBeLessThan(200);
  });
});
