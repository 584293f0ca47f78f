import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser } from './browser.ts';
import { onInstagram } from './fake-conversations.ts';
import { findViolations } from './find-violations.ts';
import { type OpenedPage, openStartPage } from './open-start-page.ts';
import { aMeeting, anErrand, anEventOf, inHours } from './sample-calendar.ts';
import { aLead, aMessage } from './sample-lead.ts';

const shots = 'test/screenshots';
const wide = { viewport: { width: 1280, height: 1000 } };
const phone = { viewport: { width: 390, height: 844 } };

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
  await mkdir(shots, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
});

/** A conversation on each phone, a lead, and what is in the calendar. */
async function talk({ rapport, page, customerWrites }: OpenedPage): Promise<void> {
  await customerWrites('We want to order 40 chairs this week');
  const content = {
    button: { purpose: 'pricing', label: 'See prices', url: `${rapport.url}/r/1` },
  };
  const sent = { deliveryStatus: 'read' };
  rapport.happen('message', aMessage(2, 'ai', 'From *90 euros* each.', { ...sent, content }));
  rapport.happen('conversation', onInstagram);
  const there = (sequenceNo: number, author: string, text: string, extra: object = {}) =>
    rapport.happen('message', {
      ...aMessage(sequenceNo, author, text, extra),
      conversationId: 'cnv_ig',
      messageId: `ig_${sequenceNo}`,
    });
  there(1, 'customer', 'How much is this one?', { content: { story: { id: '1' } } });
  there(2, 'ai', 'The chair is 90 euros. Two weeks to your door.', { ...sent, reaction: '❤️' });
  there(3, 'customer', 'Lovely. When are you open?');
  there(4, 'ai', 'Monday to Friday 9 to 18.', sent);
  there(5, 'customer', 'Thank you!');
  rapport.happen('typing', { conversationId: 'cnv_ig' });
  rapport.lead = aLead();
  rapport.happen('lead', aLead());
  const now = new Date();
  const visit = aMeeting(now);
  rapport.googleEvents.push(anErrand(new Date(inHours(now, 20))), anEventOf(visit));
  rapport.happen('meeting', visit);
  rapport.happen('meeting', {
    ...aMeeting(now, { meetingId: 'mtg_2', conversationId: 'cnv_ig', googleEventId: 'rapport2' }),
    meetingTime: inHours(now, 72),
    status: 'cancelled',
    changedBy: 'business',
  });
  await page.waitForSelector('#calendar-days .acts');
  await page.waitForSelector('#lead-tag[data-tag=Hot]');
}

describeInBrowser('the looks of the start page', () => {
  it.each([
    ['wide-light', wide],
    ['wide-dark', { ...wide, colorScheme: 'dark' }],
    ['phone-light', phone],
    ['phone-dark', { ...phone, colorScheme: 'dark' }],
  ] as const)('are in order on every channel: %s', async (name, options) => {
    if (browser === undefined) return;
    const opened = await openStartPage(browser, options);
    const { page } = opened;
    await talk(opened);

    for (const channel of ['whatsapp', 'instagram', 'webchat']) {
      await page.click(`#tab-${channel}`);
      await page.waitForSelector(`#tab-${channel}[aria-selected=true]`);
      // At rest: what is coming in has not its own colours yet.
      await page.waitForTimeout(500);
      await page.evaluate('scrollTo(0, 0)');
      await page.screenshot({ path: `${shots}/start-${name}-${channel}.png`, fullPage: true });
      expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        options.viewport.width,
      );
    }

    await opened.close();
  });
});
