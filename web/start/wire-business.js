import { byId } from './dom.js';

/** Lets a person of the business take the conversation shown, write in it and give it back. */
export function wireBusiness({ api, happen, conversation, onProblem }) {
  const act = async (path, body) => {
    onProblem(undefined);
    try {
      return await api.post(`/conversations/${conversation().conversationId}/${path}`, body);
    } catch (error) {
      onProblem(error);
      return undefined;
    }
  };
  for (const path of ['takeover', 'release']) {
    byId(path).addEventListener('click', async () => {
      const changed = await act(path);
      if (changed?.conversationId !== undefined)
        happen({ type: 'conversation', conversation: changed });
    });
  }
  byId('reply').addEventListener('submit', async (event) => {
    event.preventDefault();
    const box = byId('reply-text');
    const words = box.value.trim();
    if (words === '' || conversation() === undefined) return;
    const written = await act('messages', { text: words });
    if (written !== undefined) box.value = '';
  });
}
