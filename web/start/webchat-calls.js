/** A message of the web chat as a call between the visitor's page and rapport; undefined for everything else. */
export function webchatCall({ kind, payload }, at) {
  if (kind !== 'message') return undefined;
  const channel = 'webchat';
  return payload.author === 'customer'
    ? {
        from: 'The web page',
        to: 'rapport',
        method: 'POST',
        path: '/webchat/messages',
        channel,
        at,
      }
    : {
        from: 'rapport',
        to: 'The web page',
        method: 'SSE',
        path: '/webchat/events',
        note: 'a message',
        channel,
        at,
      };
}
