import { hearCalls, sending, webhook } from './phone-calls.js';

/** The customer's phone on WhatsApp, through the simulator's control API. */
export function whatsappPhone({ simulatorUrl, channel, api, onCall }) {
  const { accountId: phoneNumberId, customer } = channel;
  const control = (path) => `${simulatorUrl}/_simulator/whatsapp${path}`;
  const { address: waId, name } = customer;
  const heard = { url: control('/events'), filter: { phoneNumberId, customer: waId } };
  hearCalls({ ...heard, channel: 'whatsapp', describe: calls(phoneNumberId) }, onCall);
  return {
    /** Resolves to whether rapport has taken the message; rejects when there is no simulator. */
    async write({ type, text, media }) {
      const posted = await api.simulator('whatsapp', control('/messages'), {
        phoneNumberId,
        from: { waId, name },
        type,
        ...(text === '' ? {} : { text }),
        ...(media === undefined ? {} : { media }),
      });
      return posted.webhookStatus === 200;
    },
  };
}

const calls = (phoneNumberId) => ({
  written: () => webhook('WhatsApp', 'a message'),
  status: ({ status }) => webhook('WhatsApp', `“${status}”`),
  typing: () => sending('WhatsApp', phoneNumberId, 'read, and typing'),
  message: ({ messageType }) => sending('WhatsApp', phoneNumberId, `a ${messageType} message`),
});
