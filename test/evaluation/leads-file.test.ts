import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gradesOfLabel, type LabelledLead } from '../../src/evaluation/labelled-lead.ts';
import { readPrices } from '../../src/evaluation/prices.ts';
import { readLabelledLeads } from '../../src/evaluation/read-labelled-leads.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const path = fileURLToPath(new URL('../../evaluations/leads.jsonl', import.meta.url));
let leads: LabelledLead[];

beforeAll(async () => {
  leads = await readLabelledLeads(path);
});

const wordsOf = ({ messages }: LabelledLead): string =>
  messages
    .filter(({ from }) => from === 'customer')
    .map(({ text }) => text)
    .join('\n')
    .toLowerCase();
const spellings = (expected: string | string[] | null): string[] =>
  expected === null ? [] : [expected].flat();
const digitsOf = (text: string | null) => text?.replace(/\D/g, '') ?? '';
const countBy = (of: (lead: LabelledLead) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const lead of leads) counts[of(lead)] = (counts[of(lead)] ?? 0) + 1;
  return counts;
};

describe('evaluations/leads.jsonl', () => {
  it('has sixty conversations in sixteen languages, of one to forty messages', () => {
    const lengths = leads.map(({ messages }) => messages.length);

    expect(leads).toHaveLength(60);
    expect(Object.keys(countBy(({ language }) => language)).sort()).toEqual(
      'ar de en es fr hi id it ja ko nl pl pt ru tr zh'.split(' '),
    );
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([1, 40]);
    expect(new Set(lengths).size).toBeGreaterThanOrEqual(10);
  });

  it('has a tag that follows from the grades, and enough of each', () => {
    for (const { id, label } of leads) {
      const total = Object.values(gradesOfLabel(label)).reduce((sum: number, one) => sum + one, 0);
      const tag = total >= 12 ? 'Hot' : total >= 8 ? 'Warm' : 'Cold';
      expect({ id, tag: label.tag }).toEqual({ id, tag });
    }
    const counts = countBy(({ label }) => label.tag);
    expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(12);
  });

  it('begins each id with its language, and repeats no conversation', () => {
    expect(leads.filter(({ id, language }) => !id.startsWith(`${language}-`))).toEqual([]);
    expect(new Set(leads.map(({ id }) => id)).size).toBe(60);
    expect(new Set(leads.map(wordsOf)).size).toBe(60);
    expect(new Set(leads.map(({ business }) => business.name)).size).toBeGreaterThanOrEqual(40);
  });

  it('expects only what the customer wrote, or what their profile says', () => {
    const unfounded = leads.flatMap((lead) => {
      const { id, label, profile, last } = lead;
      const words = wordsOf(lead);
      const known = `${words}\n${profile.name ?? ''}`.toLowerCase();
      return [
        ...spellings(label.name).filter(
          (name) => !known.includes(name.toLowerCase().split(' ').at(-1) ?? ''),
        ),
        ...spellings(label.company).filter((company) => !words.includes(company.toLowerCase())),
        ...spellings(label.email).filter((email) => !words.includes(email)),
        ...spellings(label.phone).filter(
          (phone) =>
            digitsOf(phone) !== digitsOf(profile.phone) &&
            !digitsOf(words).includes(digitsOf(phone).slice(-9)),
        ),
        ...(last === undefined || last.through < lead.messages.length ? [] : ['last']),
      ].map((value) => `${id}: ${value}`);
    });

    expect(unfounded).toEqual([]);
  });

  it('has who comes back, voice notes, long noise and people who talk to the machine', () => {
    const count = (holds: (lead: LabelledLead) => boolean) => leads.filter(holds).length;

    expect(count(({ last }) => last !== undefined)).toBeGreaterThanOrEqual(2);
    expect(
      count((lead) => /\[(voice note|nota de voz)\]/.test(wordsOf(lead))),
    ).toBeGreaterThanOrEqual(3);
    expect(count((lead) => wordsOf(lead).length > 50_000)).toBeGreaterThanOrEqual(1);
    expect(
      count((lead) => /mark me hot|<system>|system note/.test(wordsOf(lead))),
    ).toBeGreaterThanOrEqual(3);
  });

  it('grades no one well who only talks to the machine', async () => {
    const lines = (await readFile(path, 'utf8')).trim().split('\n');

    expect(lines).toHaveLength(60);
    for (const id of ['en-injection-mark-hot', 'nl-nep-systeemtekst', 'en-noise-50k']) {
      expect(leads.find((lead) => lead.id === id)?.label).toMatchObject({
        tag: 'Cold',
        email: null,
      });
    }
  });
});

describe('evaluations/prices.json', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('has the prices that the table of models begins with', async () => {
    const { rows } = await database.owner.query(
      `select model_id as model, cost_per_1m_input_tokens::float8 as input,
              cost_per_1m_cached_input_tokens::float8 as "cachedInput",
              cost_per_1m_output_tokens::float8 as output
         from ai_models where model_type = 'chat'`,
    );

    const inTable = Object.fromEntries(
      rows.map(({ model, input, cachedInput, output }) => [model, { input, cachedInput, output }]),
    );
    expect(await readPrices()).toEqual(inTable);
  });
});
