/**
 * Reads server-sent events out of text that arrives in any pieces (the HTML standard's "event stream
 * interpretation"). `lastEventId()` is what to resume after.
 */
export function createEventParser(onEvent, lastKnownId) {
  let rest = '';
  let lastId = lastKnownId;
  let event = { kind: 'message', lines: [] };

  const field = (name, value) => {
    if (name === 'id' && !value.includes('\0')) lastId = value;
    if (name === 'event') event.kind = value;
    if (name === 'data') event.lines.push(value);
  };
  const line = (text) => {
    if (text === '') {
      const { kind, lines } = event;
      event = { kind: 'message', lines: [] };
      if (lines.length > 0) onEvent({ id: lastId, kind, data: lines.join('\n') });
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const name = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(colon + 1).replace(/^ /, '');
    field(name, value);
  };

  return {
    push(text) {
      const lines = (rest + text).split(/\r\n|\n/);
      rest = lines.pop();
      for (const one of lines) line(one);
    },
    lastEventId: () => lastId,
  };
}
