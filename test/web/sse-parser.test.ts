import { describe, expect, it } from '@jest/globals';
import { pageModule } from './page-modules.ts';

const { createEventParser } = await pageModule('sse-parser');

function parse(pieces: string[], lastKnownId?: string) {
  const events: unknown[] = [];
  const parser = createEventParser((event: unknown) => events.push(event), lastKnownId);
  for (const piece of pieces) parser.push(piece);
  return { events, lastEventId: parser.lastEventId() };
}

describe('createEventParser', () => {
  it('reads the same events however the text is cut', () => {
    const text =
      'retry: 1000\nid: 7-0\n\n: hi\n\nid: 7-1\nevent: message\ndata: {"a":1}\n\nevent: typing\ndata:x\ndata: y\n\n';
    const whole = parse([text]);

    const cuts = Array.from({ length: text.length }, (_, at) =>
      parse([text.slice(0, at), text.slice(at)]),
    );

    expect(whole).toEqual({
      events: [
        { id: '7-1', kind: 'message', data: '{"a":1}' },
        { id: '7-1', kind: 'typing', data: 'x\ny' },
      ],
      lastEventId: '7-1',
    });
    expect(cuts.every((cut) => JSON.stringify(cut) === JSON.stringify(whole))).toBe(true);
  });

  it('remembers an id that comes without an event, and keeps the one it began with', () => {
    expect(parse(['id: 9-0\n\n'], '8-1').lastEventId).toBe('9-0');
    expect(parse([': nothing\n\n'], '8-1').lastEventId).toBe('8-1');
  });

  it('forgets an event that was cut in its middle', () => {
    expect(parse(['id: 3-1\nevent: message\ndata: {}\n']).events).toEqual([]);
  });
});
