import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from './browser.ts';
import { conversation, type FakeRapport, startFakeRapport } from './fake-rapport.ts';
import { aLead, aMail, aMessage } from './sample-lead.ts';

let browser: Browser | undefined;
let page: Page;
let rapport: FakeRapport;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  if (browser === undefined) return;
  rapport = await startFakeRapport();
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().includes('net::')) complaints.push(line.text());
  });
  await open();
});
afterEach(async () => {
  await page?.close();
  await rapport?.close();
});

async function open(): Promise<void> {
  await page.goto(rapport.url);
  await page.waitForSelector('#connection[data-state=live]');
}

async function customerWrites(text: string): Promise<void> {
  rapport.happen('message', aMessage(1, 'customer', text));
  rapport.happen('conversation', conversation);
  await page.waitForSelector('#thread li');
}

/** Stores the lead and says so, as the server does. */
function isReadAs(lead: ReturnType<typeof aLead>): void {
  rapport.lead = lead;
  const { conversationId, leadStatusTag, totalScore } = lead;
  rapport.happen('lead', { conversationId, leadStatusTag, totalScore });
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(20);
}

describeInBrowser('a lead on the start page', () => {
  // Seen failing with the call of readTheLead for `lead` events taken out of main.js.
  it('appears when the conversation was read, and changes with each reading', async () => {
    await customerWrites('We want to order 40 chairs this week');
    const before = await page.textContent('#lead-none');
    isReadAs(aLead({ leadStatusTag: 'Warm', totalScore: 9, scorePercent: 40 }));
    await page.waitForSelector('#lead-tag[data-tag=Warm]');
    isReadAs(aLead({ extractedAt: '2026-11-21T08:02:00.000Z' }));
    await page.waitForSelector('#lead-tag[data-tag=Hot]');

    const shown = await page.textContent('#lead-known');
    expect(before).toContain('No lead yet');
    expect(before).toContain('60 seconds after its last message');
    expect(await page.isVisible('#lead-none')).toBe(false);
    for (const words of [
      '13 of 15',
      '80 %',
      'Ana, Casa Azul',
      'ana@casaazul.example',
      'Wants: 40 chairs',
      'We will send the offer',
      'Opened the prices',
      'Nothing was said about it',
    ]) {
      expect(shown).toContain(words);
    }
    expect(shown).not.toContain('Opened the website');
    expect(complaints).toEqual([]);
  });

  // Seen failing with the call of readTheLead after the history taken out of main.js.
  it('is there when the page is loaded', async () => {
    rapport.lead = aLead();
    rapport.happen('message', aMessage(1, 'customer', 'We want to order 40 chairs this week'));

    await open();
    await page.waitForSelector('#lead-tag[data-tag=Hot]');

    expect(await page.textContent('#lead-who')).toBe('Ana, Casa Azul');
  });

  // Seen failing with `summary` drawn as a `div`, which no key opens.
  it('shows the words behind a value by keyboard, and keeps them open when the score changes', async () => {
    await customerWrites('We want to order 40 chairs this week');
    isReadAs(aLead());
    await page.waitForSelector('#lead-tag[data-tag=Hot]');

    await page.focus('#lead-intent summary');
    await page.keyboard.press('Enter');
    const quote = page.locator('#lead-intent blockquote');
    await quote.waitFor();
    isReadAs(aLead({ totalScore: 14, extractedAt: '2026-11-21T08:02:00.000Z' }));
    await until(async () => (await page.textContent('#lead-total')) === '14 of 15');

    expect(await quote.textContent()).toContain('We want to order 40 chairs');
    expect(await quote.textContent()).toContain('message #1');
    expect(await page.locator('#lead-intent').getByRole('img', { name: '3 of 3' }).count()).toBe(1);
    expect(await page.getAttribute('.score', 'role')).toBe('status');
  });

  it('shows text as text, whatever a customer got into it', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    await customerWrites(evil);
    isReadAs(aLead({ name: evil, company: evil, quote: evil, wants: evil, promised: evil }));
    await page.waitForSelector('#lead-tag[data-tag=Hot]');

    expect(await page.locator('.lead img').count()).toBe(0);
    expect(await page.textContent('#lead-who')).toBe(`${evil}, ${evil}`);
    expect(await page.title()).toContain('rapport');
    expect(complaints).toEqual([]);
  });
});

describeInBrowser('a button of the business on the simulated phone', () => {
  const button = () => ({
    purpose: 'pricing',
    label: 'See prices',
    url: `${rapport.url}/r/token-1`,
  });

  // Seen failing with `target` taken out of the link (no new tab), and with `button` left out of phone-items.js.
  it('stands below its message and opens the tracked link in a tab of its own', async () => {
    await customerWrites('What does it cost?');
    rapport.happen(
      'message',
      aMessage(2, 'ai', 'From 90 euros', { content: { button: button() }, deliveryStatus: 'sent' }),
    );
    const link = page.getByRole('link', { name: 'See prices (opens a new tab)' });
    const opened = page.waitForEvent('popup');
    await link.click();
    const tab = await opened;
    await tab.waitForLoadState();
    await page.waitForSelector('.cta-note');

    expect(rapport.opened).toEqual(['token-1 document']);
    expect(await tab.evaluate('window.opener')).toBeNull();
    expect(page.url()).toBe(`${rapport.url}/`);
    expect(await page.textContent('.cta-note')).toContain('the click counts');
    expect(await page.textContent('.shown-button')).toBe('Button: See prices');
    await tab.close();
  });

  // Seen failing with the test of its address taken out of phone-items.js.
  it('is not there for what is no address of a page', async () => {
    await customerWrites('What does it cost?');
    const content = { button: { ...button(), url: 'javascript:document.title=1' } };
    rapport.happen(
      'message',
      aMessage(2, 'ai', 'From 90 euros', { content, deliveryStatus: 'sent' }),
    );
    await page.waitForSelector('.bubble.theirs');

    expect(await page.locator('.bubble a').count()).toBe(0);
  });
});

describeInBrowser('the sales inbox on the start page', () => {
  const mails = () => page.locator('#mails > li');

  // Seen failing with `mails` put behind those before them in state.js (oldest first).
  it('shows mails as they arrive, the newest first and open, with buttons that lead to this server', async () => {
    rapport.mails.push(aMail(1, 'Turned Hot: Ana'));
    await mails().first().waitFor();
    rapport.mails.push(aMail(2, 'Asked for a person: Ana'));
    await until(async () => (await mails().count()) === 2);

    const newest = mails().first();
    expect(await newest.locator('summary strong').textContent()).toBe('Asked for a person: Ana');
    expect(await mails().locator('details[open]').count()).toBe(1);
    expect(await newest.locator('.mail-text').textContent()).toContain('Wants: 40 chairs');
    expect(await newest.locator('.mail-text').textContent()).not.toContain('http');
    const links = newest.getByRole('link');
    expect(await links.allTextContents()).toEqual(['Open the conversation', 'Take over']);
    expect(await links.last().getAttribute('href')).toBe('/n/token-2?do=takeover');
    expect(await page.textContent('#mail-count')).toBe('2 mails');
    expect(await page.textContent('#calls')).toContain('sales@casaverde.example');
    expect(complaints).toEqual([]);
  });

  // Seen failing with `after` always 0 in follow-mails.js.
  it('asks only for what is newer', async () => {
    rapport.mails.push(aMail(7, 'Turned Hot: Ana'));
    await until(() => rapport.mailsAskedAfter.filter((after) => after === '7').length > 1);

    expect(await mails().count()).toBe(1);
    expect(rapport.mailsAskedAfter.indexOf('7')).toBe(rapport.mailsAskedAfter.lastIndexOf('0') + 1);
  });

  // Seen failing with the test for 'mail' taken out of main.js.
  it('is not there while mails are real', async () => {
    rapport.demo = { ...rapport.demo, simulated: ['whatsapp', 'openai'] };
    rapport.mails.push(aMail(1, 'Turned Hot: Ana'));
    await open();
    const asked = rapport.mailsAskedAfter.length;
    await pause(2_500);

    expect(await page.isVisible('#sales')).toBe(false);
    expect(rapport.mailsAskedAfter.length).toBe(asked);
  });

  // Seen failing with the test of the path taken out of mail-text.js (a link that a customer wrote).
  it('shows text as text, and no address as a button but those of notifications', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    rapport.mails.push({ ...aMail(1, evil), text: `x\n${evil}\nGo: https://evil.example/phish` });
    await mails().first().waitFor();

    expect(await page.locator('.mails img').count()).toBe(0);
    expect(await page.locator('.mails a').count()).toBe(0);
    expect(await page.textContent('#mails')).toContain(evil);
    expect(complaints).toEqual([]);
  });
});

describeInBrowser('the start page with a lead and a mail', () => {
  // Seen failing with overflow-wrap taken out of sales.css.
  it.each([320, 390])('fits a screen of %i pixels without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 700 });
    const long = 'a'.repeat(300);
    await customerWrites(long);
    isReadAs(aLead({ name: long, company: long, quote: long, wants: long, promised: long }));
    rapport.mails.push({ ...aMail(1, long), to: [`${long}@example.com`], text: long });
    await page.waitForSelector('.mail');
    await page.waitForSelector('#lead-tag[data-tag=Hot]');
    await page.click('#lead-intent summary');

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
