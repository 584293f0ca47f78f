/** One event of the stream as it was sent. */
export type RawEvent = { name: string; data: string };

/**
 * Reads server-sent events out of pieces of text, cut anywhere. Returns the events that a piece completes;
 * comments (the beats) complete none.
 */
export function createSseParser(): (piece: string) => RawEvent[] {
  let rest = '';
  let name = '';
  let data: string[] = [];

  const take = (line: string): RawEvent | undefined => {
    if (line === '') {
      const event =
        data.length > 0 ? { name: name || 'message', data: data.join('\n') } : undefined;
      name = '';
      data = [];
      return event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
    return undefined;
  };

  return (piece) => {
    // A lone "\r" at the end may be the first half of "\r\n": it waits for the next piece.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => {
      const event = take(line);
      return event === undefined ? [] : [event];
    });
  };
}
