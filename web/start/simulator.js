/** The customer's phone: writes through the simulator's control API, and hears what reaches the simulated providers. */
export function connectPhone({ demo, api, onCall }) {
  const { simulatorUrl: url, phoneNumberId, customer } = demo;
  const control = (path) => `${url}/_simulator${path}`;
  if (url !== null) hearCalls(control, { phoneNumberId, customer: customer.waId }, onCall);
  return {
    /** Whether there is a phone to write on. */
    isThere: url !== null,
    /** Resolves to whether rapport has taken the message; rejects when there is no simulator. */
    async write({ type, text, media }) {
      const posted = await api.simulator('POST', control('/whatsapp/messages'), {
        phoneNumberId,
        from: { waId: customer.waId, name: customer.name },
        type,
        ...(text === '' ? {} : { text }),
        ...(media === undefined ? {} : { media }),
      });
      return posted.webhookStatus === 200;
    },
    /** The mails that arrived after this one, oldest first. */
    mails: async (after) => {
      const response = await fetch(control(`/mail?after=${after}`));
      return (await response.json()).data;
    },
    /** The requests to the simulated model after this one. */
    modelRequests: async (after) => {
      const response = await fetch(control(`/openai/requests?after=${after}`));
      return (await response.json()).data;
    },
  };
}

const calls = {
  written: () => ({ from: 'WhatsApp', to: 'rapport', path: '/webhooks/meta', note: 'a message' }),
  status: ({ status }) => ({
    from: 'WhatsApp',
    to: 'rapport',
    path: '/webhooks/meta',
    note: `“${status}”`,
  }),
  typing: () => ({ from: 'rapport', to: 'WhatsApp', path: '/messages', note: 'read, and typing' }),
  message: ({ messageType }) => ({
    from: 'rapport',
    to: 'WhatsApp',
    path: '/messages',
    note: `a ${messageType} message`,
  }),
};

function hearCalls(control, filter, onCall) {
  const source = new EventSource(control(`/whatsapp/events?${new URLSearchParams(filter)}`));
  for (const [type, describe] of Object.entries(calls)) {
    source.addEventListener(type, ({ data }) => {
      const event = JSON.parse(data);
      const { path, ...call } = describe(event);
      const fullPath = path.startsWith('/webhooks') ? path : `/${event.phoneNumberId}${path}`;
      onCall({ ...call, method: 'POST', path: fullPath, at: Date.now() });
    });
  }
}
