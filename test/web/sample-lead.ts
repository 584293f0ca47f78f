import type { FakeLead, FakeMail } from './fake-rapport.ts';

/** A message as the API shows it. */
export function aMessage(sequenceNo: number, author: string, text: string, extra: object = {}) {
  return {
    messageId: `msg_${sequenceNo}`,
    conversationId: 'cnv_1',
    sequenceNo,
    sender: author === 'customer' ? 'user' : 'agent',
    author,
    type: 'text',
    text,
    content: {},
    status: 'sent',
    deliveryStatus: author === 'customer' ? null : 'pending',
    timestamp: '2026-11-21T08:00:00.000Z',
    ...extra,
  };
}

type Said = { quote?: string; wants?: string; promised?: string };

/** A Hot lead as the API shows it; nothing was said about how it fits. */
export function aLead(given: Said & { [fact: string]: unknown } = {}) {
  const { quote = 'We want to order 40 chairs', wants = '40 chairs', promised, ...facts } = given;
  const said = (level: string, score: number) => ({
    level,
    score,
    evidence: [{ messageId: 'msg_1', quote }],
    missing: null,
  });
  const unknown = { level: 'Unknown', score: 1, evidence: [], missing: 'What they need it for.' };
  return {
    conversationId: 'cnv_1',
    extractedAt: '2026-11-21T08:01:00.000Z',
    source: 'model',
    model: 'a-model',
    messageCountAtExtraction: 1,
    name: 'Ana',
    company: 'Casa Azul',
    email: 'ana@casaazul.example',
    phone: '+15550001111',
    intent: wants,
    leadStatusTag: 'Hot',
    totalScore: 13,
    scorePercent: 80,
    reasoning: {
      intent: said('High', 3),
      urgency: said('High', 3),
      budget: said('No', 3),
      fit: unknown,
      engagement: said('High', 3),
    },
    brief: {
      wants,
      whyNow: [],
      promised: [{ messageId: 'msg_2', text: promised ?? 'We will send the offer' }],
    },
    ctaPricingClicked: 'Yes',
    ctaWebsiteClicked: 'No',
    setByHand: {},
    cost: { modelUsd: 0.001, unknownTokens: 0, credits: 1 },
    ...facts,
  } satisfies FakeLead;
}

/** A mail about a lead, as the simulated mail server shows it. */
export function aMail(sequence: number, subject: string): FakeMail {
  const page = `http://localhost:3000/n/token-${sequence}`;
  return {
    sequence,
    at: '2026-11-21T08:01:30.000Z',
    to: ['sales@casaverde.example'],
    subject,
    text: `${subject}\nHot · 13 of 15 (80 %)\n\nWants: 40 chairs\n\nOpen the conversation: ${page}\nTake over: ${page}?do=takeover\n`,
  };
}
