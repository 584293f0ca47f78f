import { hearCalls, sending, webhook } from './phone-calls.js';

const username = 'ana.furnishes';

/** The customer's phone on Instagram, through the simulator's control API. */
export function instagramPhone({ simulatorUrl, channel, api, onCall }) {
  const { accountId, customer } = channel;
  const control = (path) => `${simulatorUrl}/_simulator/instagram${path}`;
  const { address: id, name } = customer;
  const heard = { url: control('/events'), filter: { accountId, customer: id } };
  hearCalls({ ...heard, channel: 'instagram', describe: calls(accountId) }, onCall);
  const post = async (event) => {
    const from = { id, name, username };
    const posted = await api.simulator('instagram', control('/messages'), {
      accountId,
      from,
      ...event,
    });
    return posted.webhookStatus === 200;
  };
  return {
    /** Resolves to whether rapport has taken the message; rejects when there is no simulator. */
    write: ({ text, media, story, isComment }) =>
      post({
        ...(isComment === true ? { kind: 'comment' } : {}),
        ...(text === '' ? {} : { text }),
        ...(media === undefined ? {} : { attachments: [attachment(media)] }),
        ...(story === undefined ? {} : { story }),
      }),
    /** A reaction to a message, by the provider's id of it; without an emoji it is taken back. */
    react: (targetId, emoji) =>
      post({ kind: 'reaction', targetId, ...(emoji === undefined ? {} : { emoji }) }),
    /** Takes a message back. */
    unsend: (targetId) => post({ kind: 'unsend', targetId }),
  };
}

function attachment({ kind, ...file }) {
  return { type: kind, ...file };
}

const words = {
  reaction: 'a reaction',
  unsend: 'a message taken back',
  comment: 'a comment',
};

const calls = (accountId) => ({
  written: ({ kind }) => webhook('Instagram', words[kind] ?? 'a message'),
  seen: () => sending('Instagram', accountId, 'seen'),
  typing: () => sending('Instagram', accountId, 'typing'),
  message: () => sending('Instagram', accountId, 'a message'),
  echo: () => webhook('Instagram', 'the echo of what we sent'),
  read: () => webhook('Instagram', '“seen”'),
});
