import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import {
  type Arranged,
  type LeadPageStage,
  startLeadPage,
  storedNotification,
} from '../lead-page/lead-page-stage.ts';
import { hostile } from '../notifications/sample-notification.ts';
import { storedConversation } from '../support/arrange-conversation.ts';

// Needs a Chromium of the machine; where there is none these tests are reported as skipped.
const chromiumPath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome']
  .filter((path) => path !== undefined)
  .find(existsSync);
const describeInBrowser = chromiumPath === undefined ? describe.skip : describe;

let browser: Browser;
let stage: LeadPageStage;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  stage = await startLeadPage();
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(async () => {
  if (chromiumPath === undefined) return;
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
});
afterEach(async () => {
  await page?.close();
});

async function open(arranged: Arranged, query = ''): Promise<void> {
  await page.goto(`${arranged.page}${query}`);
  await page.waitForSelector('#page[aria-busy=false]');
}

/** Waits for what is so in the end; the page's policy forbids to evaluate a condition in it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

const holder = () => page.textContent('#holder');
const stored = (arranged: Arranged) =>
  storedConversation(stage.database.owner, arranged.conversationId);

describeInBrowser('the page of a notification', () => {
  it('says who, what, why and how long, and what was said last', async () => {
    await open(await stage.arrange());

    expect(await page.textContent('h1')).toBe('Ana Silva, Casa do Mar');
    expect(await page.textContent('#score')).toBe('Hot · 13 of 15 (80 %)');
    expect(await page.textContent('#wants')).toContain('40 oak chairs');
    expect(await page.textContent('#quotes')).toBe('We open on 12 December');
    expect(await page.textContent('#promises')).toBe('A quote by Monday');
    expect(await page.textContent('#window')).toMatch(/^5 h (19|20) min left to answer$/);
    expect(await page.locator('#thread li').count()).toBe(3);
    expect(await holder()).toBe('Agent (AI) answers the customer.');
    expect(await page.getByRole('img', { name: '3 of 3' }).count()).toBe(4);
    expect(complaints).toEqual([]);
  });

  // Seen failing with the call of tellOpened taken out.
  it('is opened when somebody has had it before their eyes for a while', async () => {
    const arranged = await stage.arrange();

    await open(arranged);
    await pause(500);
    const afterAGlance = (await storedNotification(stage, arranged)).openedAt;
    await until(async () => (await storedNotification(stage, arranged)).openedAt !== null);

    expect(afterAGlance).toBeNull();
  });

  // Seen failing with the listeners for touches taken out.
  it('is opened when somebody touches it', async () => {
    const arranged = await stage.arrange();

    // With its clock standing still the page would wait for ever.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await open(arranged);
    await page.mouse.wheel(0, 10);

    await until(async () => (await storedNotification(stage, arranged)).openedAt !== null);
  });

  it('takes over and gives back, by keyboard alone', async () => {
    const arranged = await stage.arrange({ conversation: { owedThrough: 3 } });
    await open(arranged);

    await page.focus('#takeover');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.focus('#confirm-yes');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#holder[data-by=human]');
    const taken = await holder();
    const heldBy = (await stored(arranged))['handled_by'];
    await page.focus('#release');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#holder[data-by=ai]');

    expect(taken).toMatch(/^A person has this conversation. The AI is silent until \d/);
    expect(heldBy).toBe('human');
    expect(await stored(arranged)).toMatchObject({ handled_by: 'ai' });
    expect(complaints).toEqual([]);
  });

  // Seen failing with the dialog answered "yes" when the page loads.
  it('only asks when it is opened by the button to take over', async () => {
    const arranged = await stage.arrange();

    await open(arranged, '?do=takeover');
    await page.getByRole('dialog').waitFor();
    await pause(300);
    const asked = (await stored(arranged))['handled_by'];
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    expect(asked).toBe('ai');
    expect((await stored(arranged))['handled_by']).toBe('ai');
  });

  it('writes to the customer once, also when the first answer is lost', async () => {
    const arranged = await stage.arrange();
    await open(arranged);
    await page.route(
      '**/messages',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );

    await page.fill('#text', 'I can send a quote today.');
    await page.click('#send');
    await page.waitForSelector('#problem:not([hidden])');
    await page.click('#send');
    await until(async () => (await page.inputValue('#text')) === '');

    expect(await page.textContent('#thread li:last-child .words')).toBe(
      'I can send a quote today.',
    );
    expect((await stored(arranged))['last_sequence_no']).toBe(4);
  });

  it('says why nothing can be written, and lets nobody try', async () => {
    await open(await stage.arrange({ conversation: { windowMinutes: -5 } }));

    expect(await page.textContent('#window')).toBe('Reply window closed');
    expect(await page.textContent('#reply-note')).toContain('the customer has to write first');
    expect(await page.locator('#text').isDisabled()).toBe(true);
  });

  it('shows text as text, whatever it looks like', async () => {
    const arranged = await stage.arrange({ quote: hostile.company });
    await stage.database.owner.query('update messages set text = $2 where conversation_id = $1', [
      arranged.conversationId,
      `<img src=x onerror="document.title=1"> ${'w'.repeat(3_000)}`,
    ]);

    await open(arranged);

    expect(await page.textContent('#quotes')).toBe(hostile.company);
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('fits a small screen without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(await stage.arrange({ quote: 'a'.repeat(300) }));

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  });

  it('says kindly when the link has expired', async () => {
    const { page: address } = await stage.arrange({ ageDays: 31 });

    await page.goto(address);

    expect(await page.textContent('h1')).toBe('This link leads nowhere any more');
  });
});
