import { describe, expect, it } from '@jest/globals';
import { changesBetween, completeLead, type SetByHand } from '../../src/leads/complete-lead.ts';
import { verifyReading } from '../../src/leads/extraction/verify-reading.ts';
import { conversationOf, readingOf } from './readings.ts';

const facts = {
  pricing: false,
  demo: false,
  followup: false,
  sample: false,
  website: false,
  escalated: false,
};
const scoring = {
  weights: { intent: 1, urgency: 1, budget: 1, fit: 1, engagement: 1 },
  thresholds: { hotFrom: 12, warmFrom: 8 },
};

const understood = verifyReading(
  readingOf(
    {
      intent: [3, { message: 'm1', quote: 'order 40 chairs' }],
      urgency: [3, { message: 'm1', quote: 'this week' }],
    },
    { name: 'Ana', intent: 'Wants to order 40 chairs' },
  ),
  {
    messages: conversationOf(['customer', 'Ana here: we order 40 chairs this week']),
    last: null,
    profile: { name: null, phone: null },
    now: new Date(),
  },
).state;

const byHand = (values: Record<string, unknown>): SetByHand =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      { value, setAt: '2026-11-21T10:00:00Z' },
    ]),
  );

describe('completeLead', () => {
  it('counts what was understood', () => {
    const lead = completeLead({ understood, setByHand: {}, facts, scoring });

    expect(lead).toMatchObject({
      name: 'Ana',
      totalScore: 9,
      scorePercent: 40,
      leadStatusTag: 'Warm',
    });
    expect(lead.smartNotification).toBe(
      'Warm lead (9 of 15): Ana\nWants: Wants to order 40 chairs\n“order 40 chairs”\n“this week”',
    );
  });

  // Seen failing with the order of the two sources turned round.
  it('lays a person’s words over it', () => {
    const setByHand = byHand({
      name: 'Ana López',
      company: 'Casa Verde',
      budgetScore: 3,
      fitScore: 3,
    });

    const lead = completeLead({ understood, setByHand, facts, scoring });

    expect(lead).toMatchObject({
      name: 'Ana López',
      company: 'Casa Verde',
      totalScore: 13,
      leadStatusTag: 'Hot',
    });
    expect(lead.reasoning.budget).toMatchObject({ score: 3, level: 'No', setByHand: true });
  });

  it('lets a person overrule the tag and leaves the score as it is', () => {
    const lead = completeLead({
      understood,
      setByHand: byHand({ leadStatusTag: 'Cold' }),
      facts,
      scoring,
    });

    expect([lead.totalScore, lead.leadStatusTag]).toEqual([9, 'Cold']);
  });

  it('knows again what was understood when the words are taken back', () => {
    const lead = completeLead({ understood, setByHand: byHand({}), facts, scoring });

    expect(lead.name).toBe('Ana');
  });
});

describe('changesBetween', () => {
  it('says for each field what it was and what it is', () => {
    const before = completeLead({ understood, setByHand: {}, facts, scoring });
    const after = completeLead({
      understood,
      setByHand: byHand({ budgetScore: 3 }),
      facts: { ...facts, pricing: true },
      scoring,
    });

    expect(changesBetween(before, after)).toEqual({
      budgetScore: { from: null, to: 3 },
      totalScore: { from: 9, to: 11 },
      pricing: { from: null, to: true },
    });
  });

  it('is empty when nothing is other than before', () => {
    const lead = completeLead({ understood, setByHand: {}, facts, scoring });

    expect(changesBetween(lead, structuredClone(lead))).toEqual({});
  });
});
