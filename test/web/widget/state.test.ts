import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasGap } from '../../../web/widget/merge-messages.ts';
import type { Message, Session } from '../../../web/widget/protocol.ts';
import { type Action, draftMs, emptyState, reduce, type State } from '../../../web/widget/state.ts';
import {
  hasOlder,
  needsForm,
  receiptDue,
  threadOf,
  unreadCount,
} from '../../../web/widget/thread.ts';

const session: Session = {
  token: 't',
  conversationId: 'cnv_1',
  lastSequenceNo: 0,
  settings: {
    title: null,
    greeting: null,
    quickReplies: [],
    color: null,
    position: null,
    language: null,
    preChat: null,
    attachments: true,
  },
  agentName: 'Ada',
  handledBy: 'ai',
};
const begun: Action = { type: 'session', session, readThrough: null };

function message(sequenceNo: number, more: Partial<Message> = {}): Message {
  const isMine = sequenceNo % 2 === 1;
  return {
    messageId: `msg_${sequenceNo}`,
    conversationId: 'cnv_1',
    sequenceNo,
    clientMessageId: isMine ? `c${sequenceNo}` : null,
    sender: isMine ? 'visitor' : 'business',
    author: isMine ? 'customer' : 'ai',
    text: `text ${sequenceNo}`,
    button: null,
    attachments: [],
    timestamp: '2026-11-21T08:00:00Z',
    ...more,
  };
}

const came = (sequenceNo: number, more: Partial<Message> = {}): Action => ({
  type: 'message',
  message: message(sequenceNo, more),
});
const delta = (offset: number, text: string, turnId = 'trn_1', at = 0): Action => ({
  type: 'delta',
  turnId,
  text,
  offset,
  at,
});
const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, emptyState);

const entry = {
  clientMessageId: 'c1',
  text: 'text 1',
  attachments: [],
  form: null,
  createdAt: 1,
  refusal: null,
};

const lines = (state: State): string[] =>
  threadOf(state).flatMap((item) => {
    if (item.kind === 'message') return [`${item.message.text} ${item.ticks ?? ''}`.trim()];
    if (item.kind === 'outgoing') return [`${item.entry.text} ${item.ticks}`];
    return item.kind === 'joined' ? [`(${item.who})`] : [];
  });

describe('what the visitor writes', () => {
  it('is sending, then sent, then read, and one bubble all along', () => {
    const written = stateAfter(begun, { type: 'outbox', entries: [entry] });
    const sent = reduce(written, came(1));
    const read = reduce(sent, { type: 'typing', author: 'ai', at: 0 });

    expect([written, sent, read].map(lines)).toEqual([
      ['text 1 sending'],
      ['text 1 sent'],
      ['text 1 read'],
    ]);
    const keys = [written, sent].map((state) =>
      threadOf(state)
        .map(({ key }) => key)
        .at(-1),
    );
    expect(keys).toEqual(['c1', 'c1']);
  });

  it('is shown once, also when its event comes before the answer to its request', () => {
    expect(
      lines(stateAfter(begun, { type: 'outbox', entries: [entry] }, came(1), came(1))),
    ).toEqual(['text 1 sent']);
  });

  it('is read once it is answered', () => {
    expect(lines(stateAfter(begun, came(1), came(2)))).toEqual(['text 1 read', 'text 2']);
  });

  it('stays, as refused, when the server will not have it', () => {
    const refused = { ...entry, refusal: 'Too long.' };
    expect(lines(stateAfter(begun, { type: 'outbox', entries: [refused] }))).toEqual([
      'text 1 refused',
    ]);
  });
});

describe('messages', () => {
  it('show the same in whatever order, and however often, they come', () => {
    const all = [1, 2, 3, 4, 5, 6].map((sequenceNo) => came(sequenceNo));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...all, ...all, ...all], { minLength: 18, maxLength: 18 }),
        (shuffled) => {
          const state = stateAfter(begun, ...shuffled);
          expect(state.messages.map(({ sequenceNo }) => sequenceNo)).toEqual([1, 2, 3, 4, 5, 6]);
          expect(hasGap(state)).toBe(false);
        },
      ),
    );
  });

  it('say when one is missing, until it is read, or known never to come', () => {
    const gap = stateAfter(begun, came(1), came(3));

    expect([hasGap(gap), gap.knownThrough]).toEqual([true, 1]);
    expect(hasGap(reduce(gap, { type: 'history', messages: [message(2)] }))).toBe(false);
    expect(hasGap(reduce(gap, { type: 'history', messages: [message(3)], through: 3 }))).toBe(
      false,
    );
  });

  it('of another conversation take the place of the old ones', () => {
    const state = stateAfter(
      begun,
      came(1),
      came(2),
      came(1, { conversationId: 'cnv_2', messageId: 'x' }),
    );
    expect(state.messages.map(({ messageId }) => messageId)).toEqual(['x']);
  });

  it('older than the page can be asked for', () => {
    const late = { ...session, lastSequenceNo: 50 };
    const state = stateAfter({ type: 'session', session: late, readThrough: null });
    const read = reduce(state, { type: 'history', messages: [message(49), message(50)] });

    expect([hasOlder(state), hasOlder(read), hasOlder(stateAfter(begun, came(1)))]).toEqual([
      false,
      true,
      false,
    ]);
    expect(read.knownThrough).toBe(50);
  });

  it('say when a person has joined, and when the assistant is back', () => {
    const person = stateAfter(begun, came(1), came(2), came(4, { author: 'human' }), came(6));

    expect(lines(person)).toEqual(['text 1 read', 'text 2', '(human)', 'text 4', '(ai)', 'text 6']);
    expect(lines(stateAfter(begun, came(1), came(2), { type: 'handled', by: 'human' }))).toEqual([
      'text 1 read',
      'text 2',
      '(human)',
    ]);
  });
});

describe('a draft', () => {
  it('grows by its pieces, begins again at 0, and ends with the message', () => {
    const grown = stateAfter(begun, delta(0, 'Hel'), delta(3, 'lo'));

    expect(grown.draft?.text).toBe('Hello');
    expect(reduce(grown, delta(0, 'Other')).draft?.text).toBe('Other');
    expect(reduce(grown, came(2)).draft).toBeUndefined();
  });

  // Seen failing with the offset not looked at.
  it('waits for the message when a piece is missing, and takes none twice', () => {
    const broken = stateAfter(begun, delta(0, 'Hel'), delta(5, 'world'), delta(10, '!'));
    const doubled = stateAfter(begun, delta(0, 'Hel'), delta(3, 'lo'), delta(3, 'lo'));

    expect(broken.draft).toMatchObject({ text: 'Hel', isBroken: true });
    expect(doubled.draft?.text).toBe('Hello');
    expect(stateAfter(begun, delta(7, 'late')).draft?.text).toBe('');
  });

  it('is over when nothing comes for half a minute', () => {
    const state = stateAfter(begun, delta(0, 'Hel', 'trn_1', 1_000));

    expect(reduce(state, { type: 'expired', at: draftMs }).draft).toBeDefined();
    expect(reduce(state, { type: 'expired', at: 1_000 + draftMs }).draft).toBeUndefined();
  });

  it('is never told to a screen reader; the message is, once', () => {
    const drafted = stateAfter(begun, delta(0, 'Hel'));
    expect(drafted.announcement).toBeUndefined();
    expect(reduce(drafted, came(2)).announcement).toEqual({ id: 'msg_2', text: 'text 2' });
    expect(
      stateAfter(begun, { type: 'history', messages: [message(2)] }).announcement,
    ).toBeUndefined();
  });
});

describe('reading', () => {
  it('counts what is unread, and tells what was received and read, each once', () => {
    const state = stateAfter(begun, came(1), came(2), came(3), came(4));
    const read = reduce(state, { type: 'read', through: 4 });

    expect([unreadCount(state), unreadCount(read)]).toEqual([2, 0]);
    expect(receiptDue(state, { delivered: 0, read: 0 })).toEqual({
      status: 'delivered',
      through: 4,
    });
    expect(receiptDue(state, { delivered: 4, read: 0 })).toBeUndefined();
    expect(receiptDue(read, { delivered: 4, read: 0 })).toEqual({ status: 'read', through: 4 });
    expect(receiptDue(read, { delivered: 0, read: 4 })).toBeUndefined();
  });

  it('goes on from what was read before the page was loaded', () => {
    const late = { ...session, lastSequenceNo: 4 };
    const messages = [1, 2, 3, 4].map((sequenceNo) => message(sequenceNo));
    const load = (readThrough: number | null): State =>
      stateAfter({ type: 'session', session: late, readThrough }, { type: 'history', messages });

    expect([unreadCount(load(2)), unreadCount(load(null))]).toEqual([1, 0]);
  });
});

describe('the form', () => {
  it('stands before the first message, and no more after it or once it is answered', () => {
    const preChat = { fields: [{ name: 'email' as const, required: true }], note: null };
    const asked: Action = {
      type: 'session',
      session: { ...session, settings: { ...session.settings, preChat } },
      readThrough: null,
    };

    expect(needsForm(stateAfter(asked))).toBe(true);
    expect(needsForm(stateAfter(asked, { type: 'form', answers: { email: 'a@b.c' } }))).toBe(false);
    expect(needsForm(stateAfter(asked, came(1)))).toBe(false);
  });
});
