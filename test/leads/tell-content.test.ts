import { describe, expect, it } from '@jest/globals';
import { composeContent } from '../../src/leads/telling/compose-content.ts';
import {
  type EventToTell,
  planTelling,
  type TargetToTell,
} from '../../src/leads/telling/plan-telling.ts';
import type { ToldLead } from '../../src/leads/telling/told-lead.ts';
import { NotificationContent } from '../../src/notifications/notification-content.ts';
import type { Rule } from '../../src/notifications/targets/rules.ts';

const lead: NonNullable<ToldLead['lead']> = {
  name: 'Ana Silva',
  company: 'Casa Verde',
  email: 'ana@example.com',
  phone: null,
  intent: 'Buy chairs',
  tag: 'Hot',
  total: 13,
  percent: 80,
  brief: {
    wants: 'Wants 200 chairs by June',
    whyNow: [{ quote: 'The budget is approved' }, { quote: 'We need them by June' }],
    promised: [{ text: 'A price list today' }],
  },
};

const facts = (more: Partial<ToldLead> = {}): ToldLead => ({
  agentId: 'agt_1',
  agentName: 'Eva',
  platform: 'whatsapp',
  contactName: 'Ana',
  contactPhone: '351912345678',
  lead,
  lastTexts: ['Can I talk to somebody?', 'Thanks', 'Hello'],
  ...more,
});

let events = 0;
function event(kind: EventToTell['kind'], details: EventToTell['details'] = {}): EventToTell {
  events += 1;
  return { leadEventId: `lev_${events}`, kind, details };
}

const turnedHot = event('tag', { from: 'Warm', to: 'Hot', total: 13 });
const compose = (happened: EventToTell[], more: Partial<ToldLead> = {}, rules: Rule[] = []) =>
  composeContent('cnv_1', facts(more), happened, rules);

describe('composeContent', () => {
  it('says who, what they want, why now and what was promised', () => {
    expect(compose([turnedHot])).toEqual({
      conversationId: 'cnv_1',
      because: 'Turned Hot, was Warm',
      who: {
        name: 'Ana Silva',
        company: 'Casa Verde',
        email: 'ana@example.com',
        phone: '+351912345678',
        platform: 'whatsapp',
        agentName: 'Eva',
      },
      wants: 'Wants 200 chairs by June',
      score: { tag: 'Hot', total: 13, percent: 80 },
      whyNow: ['The budget is approved', 'We need them by June'],
      promised: ['A price list today'],
    });
  });

  it('says what there is of a lead that nobody has read yet', () => {
    const content = compose([event('handover', { reason: 'asked_for_a_person' })], {
      lead: null,
      contactName: null,
      contactPhone: null,
    });

    expect(content).toMatchObject({
      because: 'Asked for a person',
      who: { name: null, phone: null },
      wants: null,
      score: null,
      whyNow: ['Can I talk to somebody?'],
      promised: [],
    });
    expect(NotificationContent.safeParse(content).success).toBe(true);
  });

  it.each<[EventToTell, string]>([
    [event('tag', { from: null, to: 'Hot' }), 'Turned Hot'],
    [
      event('change', { changes: { email: {}, leadStatusTag: {} } }),
      'Changed: email, lead status tag',
    ],
    [event('keyword', { texts: ['I want a REFUND now'] }), 'Wrote “refund”'],
    [event('booking'), 'Booked a meeting'],
    [event('handover', { reason: 'something new' }), 'Needs a person'],
    [event('failure', { reason: 'model_failed' }), 'Not answered: the model failed'],
    [event('failure'), 'Not answered: a message could not be sent'],
    [event('click', { purpose: 'pricing' }), 'Opened the link: pricing'],
  ])('says of %j: %s', (happened, because) => {
    expect(compose([happened], {}, [{ on: 'keyword', words: ['refund'] }]).because).toBe(because);
  });

  it('quotes what has the word first, and who asks for a person as they asked', () => {
    const word = event('keyword', { texts: ['I want a refund', 'Hello'] });

    expect(compose([word], {}, [{ on: 'keyword', words: ['refund'] }]).whyNow[0]).toBe(
      'I want a refund',
    );
    expect(compose([event('handover')]).whyNow[0]).toBe('Can I talk to somebody?');
  });

  it('stays short, however much was said', () => {
    const long = '🪑'.repeat(5_000);
    const content = compose([event('keyword', { texts: [long, long] })], {
      lead: { ...lead, brief: { ...lead.brief, wants: long } },
      lastTexts: [long, long, long],
    });

    expect(JSON.stringify(content).length).toBeLessThan(3_000);
    expect(JSON.stringify(content).isWellFormed()).toBe(true);
  });
});

describe('planTelling', () => {
  const target = (id: string, rules: Rule[]): TargetToTell => ({
    notificationTargetId: id,
    rules,
    quietHours: null,
    digest: null,
  });
  const hot: Rule = { on: 'tag', tags: ['Hot'] };
  const plan = (happened: EventToTell[], targets: TargetToTell[]) =>
    planTelling({
      conversationId: 'cnv_1',
      events: happened,
      targets,
      facts: facts(),
      now: new Date('2026-01-15T12:00:00Z'),
    });

  it('tells each target in one message of all that it wants to hear of', () => {
    const handover = event('handover', { reason: 'asked_for_a_person' });
    const click = event('click', { purpose: 'demo' });

    const planned = plan(
      [turnedHot, click, handover],
      [
        target('tgt_both', [hot, { on: 'handover' }]),
        target('tgt_none', [{ on: 'booking' }]),
        target('tgt_hot', [hot, hot]),
      ],
    );

    expect(planned).toMatchObject([
      {
        notificationTargetId: 'tgt_both',
        leadEventId: handover.leadEventId,
        alsoTold: [turnedHot.leadEventId],
        content: { because: 'Asked for a person · Turned Hot, was Warm' },
        delivery: { goes: 'now' },
      },
      {
        notificationTargetId: 'tgt_hot',
        leadEventId: turnedHot.leadEventId,
        alsoTold: [],
        content: { because: 'Turned Hot, was Warm' },
      },
    ]);
  });
});
