import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { freePort } from '../../src/lib/embedded-postgres/free-port.ts';
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

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === undefined) return;
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-start-page-'));
  const port = await freePort();
  rapport = await startProcess('all', {
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: database.ownerUrl,
    ENCRYPTION_KEY: testEncryptionKey,
    ADMIN_API_KEY: 'an-admin-key-of-tests',
    EXTRACTION_IDLE_MS: '2000',
    REPLY_QUIET_MS: '100',
    SWEEP_INTERVAL_MS: '300',
  });
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

/** The chat's side of what the business sees; a person takes over and writes, and the customer has it. */
async function takeOverAndWrite(customer: Locator, words: string): Promise<void> {
  await page.click('#takeover');
  await page.waitForSelector('#mode[data-mode=human]');
  await page.fill('#reply-text', words);
  await page.keyboard.press('Enter');
  await customer.getByText(words).first().waitFor();
}

async function choose(channel: string): Promise<void> {
  await page.click(`#tab-${channel}`);
  await page.waitForSelector(`#tab-${channel}[aria-selected=true]`);
}

// Everything is real but the providers: one process, its simulators, its demo tenant, its chat.
describeInBrowser('the start page of a new installation', () => {
  it('lets a customer write on all three channels, and people answer there', async () => {
    const wall = page.locator('#wall');
    await page.fill('#write', 'What are your opening hours?');
    await page.keyboard.press('Enter');
    await wall.locator('.theirs .words').first().waitFor();
    await takeOverAndWrite(wall, 'Marta on WhatsApp');

    await choose('instagram');
    await page.getByRole('button', { name: /Reply to their story/ }).click();
    await wall.locator('.theirs .words').first().waitFor();
    await page.getByRole('button', { name: 'React with a heart', exact: true }).click();
    await page.locator('#thread .reaction').waitFor();
    await takeOverAndWrite(wall, 'Marta on Instagram');

    await choose('webchat');
    const site = page.frameLocator('#site');
    await site
      .locator('textarea')
      .fill('We are Casa Azul and want to order 40 chairs today, the budget is approved.');
    await site.locator('textarea').press('Enter');
    await page.locator('#thread .by-ai').first().waitFor();
    await takeOverAndWrite(site.getByRole('log'), 'Marta on the web page');

    expect(await page.textContent('#inbox-who')).toBe('Ana · on the web page');
    await page.waitForSelector('#lead-tag[data-tag=Hot]');
    const mails = page.locator('#mails');
    await until(async () => (await mails.textContent())?.includes('Web chat') === true);
    expect(await findViolations(page)).toEqual([]);
  }, 60_000);

  it('is as it was when it is loaded again, with the same visitor in the shop', async () => {
    await page.reload();
    const log = page.frameLocator('#site').getByRole('log');
    await log.getByText('Marta on the web page').first().waitFor();
    await page.locator('#thread').getByText('Marta on the web page').waitFor();

    expect(new URL(page.url()).hash).toBe('#webchat');
  });
});
