import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import type { Client } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { arrangeManyLeads } from './arrange-many-leads.ts';
import { serveLeads } from './serve-leads.ts';

let database: TestDatabase;
let tenant: Tenant;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  client = await serveLeads(database, tenant);
});
afterAll(() => database.drop());

/** Reads CSV as a spreadsheet does (RFC 4180): quotes, doubled quotes, line breaks inside them. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    records.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
    if (end === '') break;
  }
  return records.filter((record) => record.length > 1);
}

async function exported(query = ''): Promise<Record<string, string>[]> {
  const { text } = await client.get(`/leads/export.csv${query}`).expect(200);
  const [header = [], ...records] = parseCsv(text.replace(/^\ufeff/, ''));
  return records.map((record) =>
    Object.fromEntries(header.map((title, index) => [title, record[index] ?? ''])),
  );
}

describe('GET /leads/export.csv', () => {
  it('is a file that a spreadsheet reads as UTF-8, with a header though there is no lead', async () => {
    const answer = await client.get('/leads/export.csv').expect(200);

    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="leads.csv"',
      'cache-control': 'no-store',
    });
    expect(answer.text.startsWith('\ufeffTag,Score (5-15),')).toBe(true);
    expect(answer.text.split('\r\n')).toHaveLength(2);
  });

  it('has what a sales person wants to know', async () => {
    await arrangeLead(database.owner, tenant, {
      name: 'José "Pepe" Muñoz',
      company: 'Café, Ltd.',
      email: 'jose@example.com',
      phone: '+34612345678',
      notes: 'two\nlines',
      totalScore: 13,
      tag: 'Hot',
      extractedAt: '2026-11-20T10:00:00Z',
    });

    expect(await exported()).toMatchObject([
      {
        Tag: 'Hot',
        'Score (5-15)': '13',
        Name: 'José "Pepe" Muñoz',
        Company: 'Café, Ltd.',
        'E-mail': 'jose@example.com',
        Phone: '+34612345678',
        Notes: 'two\nlines',
        Channel: 'whatsapp',
        Agent: 'Agent',
        'Read as a lead at': '2026-11-20T10:00:00.000Z',
        Seen: 'No',
      },
    ]);
  });

  // Seen failing with `harmless` taken out of leadsAsCsv.
  it.each([
    '=cmd|/c calc!A1',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1+1',
    '＝1+1',
    '＠SUM(1)',
    '|calc',
    '+49 151=HYPERLINK("http://x")',
  ])('makes no formula of %j', async (name) => {
    await arrangeLead(database.owner, tenant, { name, notes: name, company: name });

    const [row] = await exported();

    expect([row?.['Name'], row?.['Notes'], row?.['Company']]).toEqual(Array(3).fill(`'${name}`));
  });

  it('keeps to the filters and the order of the list', async () => {
    await arrangeLead(database.owner, tenant, { name: 'Cold one', totalScore: 6 });
    await arrangeLead(database.owner, tenant, { name: 'Best', totalScore: 15, tag: 'Hot' });
    await arrangeLead(database.owner, tenant, { name: 'Good', totalScore: 12, tag: 'Hot' });
    const names = async (query: string) => (await exported(query)).map((row) => row['Name']);

    expect(await names('')).toEqual(['Best', 'Good', 'Cold one']);
    expect(await names('?tag=Hot&sort=recent')).toEqual(['Good', 'Best']);
    expect(await names('?q=cold')).toEqual(['Cold one']);
    await client.get('/leads/export.csv?limit=5').expect(400);
  });

  // Seen failing with the cursor of allLeads left where it began: the first page came again without end.
  it('has every lead once, over many pages', async () => {
    await arrangeManyLeads(database.owner, tenant, 1_235);

    const rows = await exported();

    expect(new Set(rows.map((row) => row['Conversation'])).size).toBe(1_235);
    expect(rows).toHaveLength(1_235);
  });
});
