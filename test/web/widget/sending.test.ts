import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answer, refusal } from '../../../web/widget/api.ts';
import { createNap } from '../../../web/widget/nap.ts';
import { openOutbox } from '../../../web/widget/outbox.ts';
import type { Message, Session } from '../../../web/widget/protocol.ts';
import { readMessage, readSession } from '../../../web/widget/read-answer.ts';
import { createSession } from '../../../web/widget/session.ts';
import { openSlot, type Slot } from '../../../web/widget/storage.ts';
import { eventually } from '../../support/eventually.ts';

const base = 'https://rapport.example';
const locks = {
  areShared: false,
  hold: <Result>(_name: string, act: () => Promise<Result>): Promise<Result> => act(),
};

/** A server of one visitor: what it takes, and what it answers before it does. */
function fakeServer() {
  const server = {
    asked: [] as string[],
    stored: new Map<string, string>(),
    badTokens: new Set<string>(),
    /** Answered one by one before anything is taken. */
    refusals: [] as Answer<never>[],
    sessions: 0,
  };
  const api = {
    base,
    async openSession(body: { token?: string }): Promise<Answer<Session>> {
      server.asked.push(`session ${body.token ?? '-'}`);
      server.sessions += 1;
      const session = readSession({ token: `t${server.sessions}`, conversationId: 'c' });
      return session === undefined ? refusal(0, '', null) : { ok: true, value: session };
    },
    async postMessage(token: string, body: { clientMessageId: string; text?: string }) {
      server.asked.push(`${token} ${body.clientMessageId}`);
      if (server.badTokens.has(token)) return refusal(401, '{"code":"webchat.bad_token"}', null);
      const refused = server.refusals.shift();
      if (refused !== undefined) return refused;
      server.stored.set(body.clientMessageId, body.text ?? '');
      const message = readMessage(
        {
          messageId: body.clientMessageId,
          sequenceNo: server.stored.size,
          sender: 'visitor',
          ...body,
        },
        base,
      );
      return message === undefined ? refusal(0, '', null) : { ok: true as const, value: message };
    },
    messages: async () => refusal(0, '', null),
    tellReceipt: async () => refusal(0, '', null),
    tellTyping: async () => refusal(0, '', null),
  };
  return { ...server, server, api };
}

/** Tabs of a test that is over stop what they are at. */
let isOver = false;
const naps = new Set<{ wake(): void }>();
afterEach(() => {
  isOver = true;
  for (const nap of naps) nap.wake();
});

function tabOf({ api }: ReturnType<typeof fakeServer>, slot: Slot) {
  const nap = createNap();
  naps.add(nap);
  isOver = false;
  const taken: Message[] = [];
  const session = createSession({
    api,
    key: 'k',
    identity: undefined,
    tokenBefore: null,
    slot,
    locks,
    nap,
    isStopped: () => isOver,
    onSession: () => undefined,
    onKept: () => undefined,
    onBadIdentity: () => undefined,
  });
  const outbox = openOutbox({
    api,
    slot,
    locks,
    nap,
    session,
    isStopped: () => isOver,
    onTaken: (message) => taken.push(message),
    onChange: () => undefined,
  });
  const put = (id: string, createdAt = 0): void =>
    outbox.put({
      clientMessageId: id,
      text: `text of ${id}`,
      attachments: [],
      form: null,
      createdAt,
      refusal: null,
    });
  return { nap, taken, session, outbox, put };
}

describe('the outbox', () => {
  it('sends in the order of writing, and keeps nothing of what was taken', async () => {
    const fake = fakeServer();
    const slot = openSlot(undefined, 'p:');
    const tab = tabOf(fake, slot);
    tab.put('b', 2);
    tab.put('a', 1);

    await tab.outbox.send();

    expect([...fake.server.stored.keys()]).toEqual(['a', 'b']);
    expect(tab.taken.map(({ clientMessageId }) => clientMessageId)).toEqual(['a', 'b']);
    expect(slot.list('out:')).toEqual([]);
  });

  it('tries again what nobody answered, with the same id', async () => {
    const fake = fakeServer();
    const tab = tabOf(fake, openSlot(undefined, 'p:'));
    fake.server.refusals.push(refusal(0, '', null), refusal(503, '', null));
    tab.put('a');

    const sending = tab.outbox.send();
    const waking = setInterval(() => tab.nap.wake(), 5);
    await sending;
    clearInterval(waking);

    expect(fake.server.asked).toEqual(['session -', 't1 a', 't1 a', 't1 a']);
    expect(fake.server.stored.size).toBe(1);
  });

  it('waits as long as it is told to', async () => {
    const fake = fakeServer();
    const tab = tabOf(fake, openSlot(undefined, 'p:'));
    fake.server.refusals.push(refusal(429, '', '0.3'));
    tab.put('a');

    const began = performance.now();
    await tab.outbox.send();

    expect(performance.now() - began).toBeGreaterThan(280);
    expect(fake.server.stored.size).toBe(1);
  });

  it('keeps what is refused for good, with the server’s words, and goes on with the next', async () => {
    const fake = fakeServer();
    const tab = tabOf(fake, openSlot(undefined, 'p:'));
    fake.server.refusals.push(refusal(422, '{"detail":"Too long."}', null));
    tab.put('a', 1);
    tab.put('b', 2);

    await tab.outbox.send();

    expect(tab.outbox.entries()).toMatchObject([{ clientMessageId: 'a', refusal: 'Too long.' }]);
    expect([...fake.server.stored.keys()]).toEqual(['b']);
  });

  it('sends what a page that is gone had left, from a page that comes', async () => {
    const fake = fakeServer();
    const slot = openSlot(undefined, 'p:');
    tabOf(fake, slot).put('a');

    await tabOf(fake, slot).outbox.send();

    expect([...fake.server.stored.keys()]).toEqual(['a']);
  });

  it('takes what is put while it is sending', async () => {
    const fake = fakeServer();
    const tab = tabOf(fake, openSlot(undefined, 'p:'));
    tab.put('a', 1);
    const sending = tab.outbox.send();
    for (const id of ['b', 'c', 'd']) {
      tab.put(id, 2);
      void tab.outbox.send();
      await Promise.resolve();
    }
    await sending;

    await eventually('all are sent', async () => fake.server.stored.size === 4);
  });

  // Seen failing with the answer 401 not looked at in session.ts.
  it('sends with a new token when the old one is not good any more', async () => {
    const fake = fakeServer();
    const slot = openSlot(undefined, 'p:');
    const tab = tabOf(fake, slot);
    await tab.session.open();
    tab.session.keep();
    fake.server.badTokens.add('t1');
    tab.put('a');

    await tab.outbox.send();

    expect(fake.server.asked).toEqual(['session -', 't1 a', 'session -', 't2 a']);
    expect(slot.get('token')).toBe('t2');
  });
});

describe('a session', () => {
  it('is kept only when it is used, and another tab goes on with what is kept', async () => {
    const fake = fakeServer();
    const slot = openSlot(undefined, 'p:');
    const [first, second] = [tabOf(fake, slot), tabOf(fake, slot)];
    await Promise.all([first.session.open(), second.session.open()]);
    expect(slot.get('token')).toBeNull();

    first.session.keep();
    const kept = slot.get('token');
    second.session.keep();
    await second.session.open();

    expect(kept).toBe('t1');
    expect(fake.server.asked).toEqual(['session -', 'session -', 'session t1']);
  });
});
