import type { Readable } from 'node:stream';

/** What a server still sends after the last event that anybody wanted; more is not worth the connection. */
const maxRestBytes = 64 * 1024;

/**
 * The data of server-sent events, parsed as JSON (the "EventSource" part of the HTML standard, without ids and names:
 * the data says what it is). Whoever stops before the end leaves the connection good for the next call: the rest is
 * read and dropped. Throws what breaks the stream, and SyntaxError for what is no JSON.
 */
export async function* serverSentEvents(body: Readable): AsyncGenerator<unknown> {
  body.setEncoding('utf8');
  const take = eventReader();
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      for (const data of take(String(chunk))) {
        // What OpenAI's older interface ends with, and some who speak the newer one.
        if (data === '[DONE]') return;
        yield JSON.parse(data);
      }
    }
  } finally {
    dropRest(body);
  }
}

/** Takes text as it comes, and answers the data of the events that are whole by now. */
function eventReader(): (text: string) => string[] {
  let rest = '';
  return (text) => {
    const blocks = (rest + text).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    return blocks.flatMap(dataOf);
  };
}

/** The data of an event; nothing where it has none. */
function dataOf(block: string): string[] {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  if (lines.length === 0) return [];
  return [lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')];
}

function dropRest(body: Readable): void {
  if (body.destroyed || body.readableEnded) return;
  let left = maxRestBytes;
  body.on('error', () => {});
  body.on('data', (chunk: string) => {
    left -= chunk.length;
    if (left < 0) body.destroy();
  });
}
