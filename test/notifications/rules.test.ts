import { describe, expect, it } from '@jest/globals';
import { wordsIn } from '../../src/notifications/targets/keyword-match.ts';
import {
  defaultRules,
  matches,
  Rule,
  type RuleEvent,
} from '../../src/notifications/targets/rules.ts';

function event(kind: RuleEvent['kind'], details: RuleEvent['details'] = {}): RuleEvent {
  return { kind, details, agentId: 'agt_1', platform: 'whatsapp' };
}

describe('matches', () => {
  it.each<[Rule, RuleEvent, boolean]>([
    [{ on: 'tag', tags: ['Hot'] }, event('tag', { from: 'Warm', to: 'Hot', total: 12 }), true],
    [{ on: 'tag', tags: ['Hot'] }, event('tag', { from: 'Hot', to: 'Warm', total: 11 }), false],
    [{ on: 'tag', tags: ['Cold', 'Warm'] }, event('tag', { from: null, to: 'Warm' }), true],
    [{ on: 'tag', tags: ['Hot'] }, event('tag'), false],
    [{ on: 'tag', tags: ['Hot'] }, event('click', { to: 'Hot' }), false],
    [{ on: 'change' }, event('change', { changes: { email: { from: null, to: 'x' } } }), true],
    [{ on: 'change' }, event('change', { changes: {} }), false],
    [{ on: 'change' }, event('change'), false],
    [
      { on: 'change', fields: ['email', 'phone'] },
      event('change', { changes: { phone: { from: null, to: '1' } } }),
      true,
    ],
    [
      { on: 'change', fields: ['email'] },
      event('change', { changes: { phone: { from: null, to: '1' } } }),
      false,
    ],
    [{ on: 'keyword', words: ['refund'] }, event('keyword', { texts: ['A Refund!'] }), true],
    [{ on: 'keyword', words: ['refund'] }, event('keyword', { texts: ['refunds', 'no'] }), false],
    [{ on: 'keyword', words: ['refund'] }, event('keyword', { texts: 'refund' }), false],
    [{ on: 'booking' }, event('booking'), true],
    [{ on: 'handover' }, event('handover', { reason: 'asked_for_a_person' }), true],
    [{ on: 'failure' }, event('failure', { reason: 'out_of_credits' }), true],
    [
      { on: 'failure', reasons: ['model_failed'] },
      event('failure', { reason: 'out_of_credits' }),
      false,
    ],
    [{ on: 'click' }, event('click', { purpose: 'demo' }), true],
    [{ on: 'click', purposes: ['pricing'] }, event('click', { purpose: 'demo' }), false],
    [{ on: 'click', purposes: ['pricing'] }, event('click', { purpose: 'pricing' }), true],
    [{ on: 'booking', agentIds: ['agt_1'] }, event('booking'), true],
    [{ on: 'booking', agentIds: ['agt_2'] }, event('booking'), false],
    [{ on: 'booking', platforms: ['instagram'] }, event('booking'), false],
    [{ on: 'booking', platforms: ['instagram', 'whatsapp'] }, event('booking'), true],
  ])('of %j and %j is %s', (rule, happened, told) => {
    expect(matches(rule, happened)).toBe(told);
  });

  it('by default is true for what a sales person has to act upon, and false for the rest', () => {
    const told = (happened: RuleEvent) => defaultRules.some((rule) => matches(rule, happened));

    expect(told(event('tag', { to: 'Hot' }))).toBe(true);
    expect(told(event('handover'))).toBe(true);
    expect(told(event('booking'))).toBe(true);
    expect(told(event('failure', { reason: 'model_failed' }))).toBe(true);
    // The tenant is told of it once, by a notice.
    expect(told(event('failure', { reason: 'out_of_credits' }))).toBe(false);
    expect(told(event('tag', { to: 'Warm' }))).toBe(false);
    expect(told(event('click', { purpose: 'pricing' }))).toBe(false);
  });
});

describe('wordsIn', () => {
  it.each([
    ['Qual é o PREÇO?', 'preco', true],
    ['qual o preco', 'Preço', true],
    ['os preços', 'preço', false],
    ['Die STRASSE ist lang', 'Straße', true],
    ['İPTAL etmek istiyorum', 'iptal', true],
    ['Хочу СКИДКУ!', 'скидку', true],
    ['еще', 'ещё', true],
    ['ΤΙΜΟΛΌΓΙΟΣ τώρα', 'τιμολογιος', true],
    ['أريد السِّعر', 'السعر', true],
    ['מחירים', 'מחיר', false],
    ['我想要折扣谢谢', '折扣', true],
    ['見積もりをください', '見積もり', true],
    ['ขอส่วนลดหน่อย', 'ส่วนลด', true],
    ['가격이 얼마예요', '가격', false],
    ['가격 문의', '가격', true],
    ['मुझे छूट चाहिए', 'छूट', true],
    ['दिन', 'दीन', false],
    ['I want my money   back.', 'money back', true],
    ['I want my money, back', 'money back', false],
    ['discount10', 'discount', false],
    ['dis-count', 'count', true],
    ['so 🔥🔥 hot', '🔥', true],
    ['C++ developer', 'c++', true],
    ['concat', 'cat', false],
    ['cat concat', 'cat', true],
    ['concat cat', 'cat', true],
    ['ﬁnance', 'finance', true],
    ['anything', '   ', false],
  ])('of “%s” has “%s”: %s', (text, word, has) => {
    expect(wordsIn(text, [word])).toEqual(has ? [word] : []);
  });
});

describe('Rule', () => {
  it.each([
    { on: 'tag', tags: [] },
    { on: 'tag', tags: ['Boiling'] },
    { on: 'keyword', words: [' '] },
    { on: 'nothing' },
    { on: 'booking', tags: ['Hot'] },
    { on: 'change', fields: ['drop table'] },
  ])('refuses %j', (given) => {
    expect(Rule.safeParse(given).success).toBe(false);
  });
});
