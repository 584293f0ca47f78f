import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { type RapportProcess, startProcess } from '../support/rapport-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testEncryptionKey } from '../support/test-vault.ts';
import { describeInBrowser, launchBrowser } from './browser.ts';
import { findViolations } from './find-violations.ts';
import { until } from './open-start-page.ts';

let browser: Browser | undefined;
let database: TestDatabase;
let rapport: RapportProcess;
let page: Page;
let dataDir: string;
let port: number;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === undefined) return;
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-start-page-'));
  port = await freePort();
  rapport = await start();
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(`http://localhost:${port}/`);
  await page.waitForSelector('#connection[data-state=live]');
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await rapport?.kill();
  await database?.drop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

function start(): Promise<RapportProcess> {
  return startProcess('all', {
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: database.ownerUrl,
    ENCRYPTION_KEY: testEncryptionKey,
    ADMIN_API_KEY: 'an-admin-key-of-tests',
    REPLY_QUIET_MS: '100',
    SWEEP_INTERVAL_MS: '300',
  });
}

const wall = () => page.locator('#wall');
const visits = () => page.locator('#calendar-days .entry-ours');

async function tryOne(label: string, answer: string): Promise<void> {
  const answers = wall().getByText(answer);
  const before = await answers.count();
  await page.getByRole('button', { name: label }).click();
  await until(async () => (await answers.count()) > before);
}

async function bookAVisit(): Promise<void> {
  await tryOne('Can I visit', 'I can offer you');
  await tryOne('The second one, please', 'your meeting is booked');
}

// Everything is real but the providers: one process, its simulators, its demo tenant, its calendar.
describeInBrowser('a visit on the start page of a new installation', () => {
  it('is booked on the phone, stands in the calendar, and is called off there with the customer told', async () => {
    await page.locator('#calendar-days .entry-own').first().waitFor();
    await bookAVisit();
    await visits().getByRole('button', { name: 'Cancel in Google' }).waitFor();
    expect(await visits().textContent()).toContain('with Ana, on WhatsApp, met by');
    expect(await findViolations(page)).toEqual([]);

    await visits().getByRole('button', { name: 'Move by a day' }).click();
    await wall().getByText('moved').last().waitFor();
    await visits().getByText('moved by the business').waitFor();

    await visits().getByRole('button', { name: 'Cancel in Google' }).click();
    await wall().getByText('cancelled').last().waitFor();
    await visits().getByText('cancelled by the business').waitFor();
  }, 60_000);

  // Seen failing with the call of calendar.insert taken out of demo-calendar.ts: the visit is called off.
  it('is still booked after a start with a simulated Google that has forgotten it', async () => {
    await bookAVisit();
    await rapport.stop();
    const startedAt = new Date();
    rapport = await start();
    await page.goto(`http://localhost:${port}/`);
    await page.reload();
    await visits().getByRole('button', { name: 'Cancel in Google' }).waitFor();
    const read = `select count(*)::int as read from google_calendar_syncs where last_read_at > $1`;
    await eventually('the calendar is read again', async () => {
      const { rows } = await database.owner.query(read, [startedAt]);
      return rows[0].read === 1;
    });

    expect(await visits().getByRole('button', { name: 'Cancel in Google' }).count()).toBe(1);
    expect(await page.locator('#calendar-days .entry-own').count()).toBe(3);
  }, 60_000);
});
