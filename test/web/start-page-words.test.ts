import { describe, expect, it } from '@jest/globals';
import { pageModule } from './page-modules.ts';
import { aLead, aMessage } from './sample-lead.ts';

const { initialState, reduce } = await pageModule('state');
const { newestFromCustomer, shown } = await pageModule('shown');
const { nextReading, inWords, whoIs } = await pageModule('lead-words');
const { readMail } = await pageModule('mail-text');

const channels = [{ platform: 'whatsapp', agentId: 'agt_1', customer: { address: '15550001111' } }];
const conversation = {
  conversationId: 'cnv_1',
  agentId: 'agt_1',
  customerPhone: '+15550001111',
  lastMessageAt: '2026-11-21T08:00:00.000Z',
  isActive: true,
};

type Action = { type: string; [fact: string]: unknown };

function stateAfter(...actions: Action[]) {
  const all: Action[] = [{ type: 'conversation', conversation }, ...actions];
  return shown(all.reduce(reduce, initialState(channels)));
}

const leadAfter = (...actions: Action[]) => stateAfter(...actions)['lead'];

const known = (facts: object): Action => ({ type: 'lead', lead: aLead({ ...facts }) });

describe('the lead of the page', () => {
  // Seen failing with the comparison of times taken out of state.js.
  it('is not replaced by an older answer that comes later', () => {
    const newer = known({ totalScore: 14, extractedAt: '2026-11-21T08:05:00.000Z' });
    const older = known({ totalScore: 9, extractedAt: '2026-11-21T08:04:00.000Z' });

    expect(leadAfter(newer, older)).toMatchObject({ totalScore: 14 });
    expect(leadAfter(older, newer)).toMatchObject({ totalScore: 14 });
  });

  // Seen failing with the comparison of conversations taken out of state.js.
  it('is the one of the conversation shown', () => {
    expect(leadAfter(known({ conversationId: 'cnv_2' }))).toBeUndefined();
    expect(leadAfter(known({}))).toBeDefined();
  });

  // Seen failing with `lead: undefined` taken out of switchTo.
  it('goes with its conversation', () => {
    const next = { ...conversation, conversationId: 'cnv_3' };

    expect(leadAfter(known({}), { type: 'conversation', conversation: next })).toBeUndefined();
  });

  it('names who it is by what is known', () => {
    const nobody = { name: null, company: null, phone: null, email: null };

    expect(whoIs({ ...nobody, name: 'Ana', company: 'Casa Azul' }, 'Ana')).toBe('Ana, Casa Azul');
    expect(whoIs({ ...nobody, email: 'a@b.example' }, 'Ana')).toBe('a@b.example');
    expect(whoIs(nobody, 'Ana')).toBe('Ana');
  });
});

describe('nextReading', () => {
  const at = (seconds: number) => ({
    readLeadAfterMs: 60_000,
    now: Date.parse(conversation.lastMessageAt) + seconds * 1_000,
  });

  it('counts down from the last message while something waits to be read', () => {
    const unread = { conversation, lead: undefined, newest: 1 };

    expect(nextReading(unread, at(20))).toContain('in 40 seconds');
    expect(nextReading(unread, at(61))).toContain('is being read');
    expect(nextReading({ ...unread, lead: aLead() }, at(20))).toBeUndefined();
    expect(nextReading({ ...unread, newest: 3, lead: aLead() }, at(20))).toContain('read again');
  });

  it('says nothing before the customer wrote', () => {
    const wrote = stateAfter({
      type: 'history',
      messages: [aMessage(1, 'customer', 'Hi'), aMessage(2, 'ai', 'Hello')],
    });

    expect(newestFromCustomer(stateAfter())).toBeUndefined();
    expect(newestFromCustomer(wrote)).toBe(1);
    expect(
      nextReading({ conversation, lead: undefined, newest: undefined }, at(0)),
    ).toBeUndefined();
    expect(nextReading({ conversation: undefined, newest: undefined }, at(0))).toBeUndefined();
  });

  it.each([
    [1, '1 second'],
    [3_000, '3 seconds'],
    [60_000, '60 seconds'],
    [600_000, '10 minutes'],
    [7_200_000, '2 hours'],
  ])('says %i ms as %s', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });
});

describe('readMail', () => {
  const subject = 'Turned Hot: Ana – Wants chairs';

  it('leaves out what the subject says, and cuts where a line is empty', () => {
    const text = 'Turned Hot: Ana\nHot · 13 of 15\n\nWants: chairs\n\n\nWhy now:\n  "today"\n';

    expect(readMail({ subject, text })).toEqual({
      paragraphs: ['Hot · 13 of 15', 'Wants: chairs', 'Why now:\n  "today"'],
      buttons: [],
    });
  });

  // Seen failing with the whole address as the button's, and with any label in front of it.
  it('makes a button of what leads to a notification, and leads to this server', () => {
    const text = [
      'Open the conversation: https://elsewhere.example/n/abc-DEF_1',
      'Take over: http://localhost:3000/n/abc?do=takeover',
      'Why now:',
      '  "Take over: https://evil.example/n/x"',
      'Wants: Take over: https://evil.example/n/x',
      'Open: https://evil.example/login',
      'Open: javascript:alert(1)',
    ].join('\n');

    expect(readMail({ subject, text })).toEqual({
      buttons: [
        { label: 'Open the conversation', href: '/n/abc-DEF_1' },
        { label: 'Take over', href: '/n/abc?do=takeover' },
      ],
      paragraphs: [
        'Why now:\n  "Take over: https://evil.example/n/x"\nWants: Take over: https://evil.example/n/x\nOpen: https://evil.example/login\nOpen: javascript:alert(1)',
      ],
    });
  });

  it('reads a mail without text', () => {
    expect(readMail({ subject, text: null })).toEqual({ paragraphs: [], buttons: [] });
  });
});
