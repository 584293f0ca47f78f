import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.ts';
import type { FakeRapport } from './fake-rapport.ts';
import { openForEachTest } from './open-for-each-test.ts';
import { type OpenedPage, until } from './open-start-page.ts';
import { aMeeting, anErrand, anEventOf, inHours } from './sample-calendar.ts';

let page: Page;
let rapport: FakeRapport;
let opened: OpenedPage;
openForEachTest((each) => {
  opened = each;
  ({ page, rapport } = each);
});

const now = new Date();
const entries = () => page.locator('#calendar-days .when');
const button = (name: string) => page.getByRole('button', { name });

/** A meeting that the API tells of, and its event in the simulated Google. */
async function isBooked(facts: { [fact: string]: unknown } = {}) {
  const meeting = aMeeting(now, facts);
  const event = anEventOf(meeting);
  rapport.googleEvents.push(event);
  rapport.happen('meeting', meeting);
  await button('Move by a day').waitFor();
  return { meeting, event };
}

describeInBrowser('the calendar on the start page', () => {
  // Seen failing with the meetings of the API read nowhere in main.js.
  it('is there when the page is loaded, with who meets whom, and changes as it is told', async () => {
    await opened.customerWrites('Can I visit?');
    rapport.meetings.push(aMeeting(now));
    await opened.load();
    await entries().first().waitFor();
    const before = await page.textContent('#calendar-days');
    rapport.happen('meeting', {
      ...aMeeting(now),
      status: 'cancelled',
      changedBy: 'customer',
      updatedAt: inHours(now, 1),
    });
    await page.locator('#calendar-days .is-off').waitFor();

    expect(before).toContain('Workshop visit');
    expect(before).toContain('with Ana, on WhatsApp, met by Rita · booked');
    expect(before).toContain('meet.google.com/abc-defg-hij');
    expect(await page.textContent('#calendar-days')).toContain('cancelled by the customer');
    expect(opened.complaints).toEqual([]);
  });

  // Seen failing with keepingFocus only calling its change (the focus was lost).
  it('lets the business move a meeting in Google by keyboard, and keeps its place', async () => {
    const { event } = await isBooked();

    await button('Move by a day').focus();
    await page.keyboard.press('Enter');
    await until(() => rapport.googleActs.length === 1);
    rapport.happen('meeting', {
      ...aMeeting(now),
      meetingTime: inHours(now, 48),
      updatedAt: inHours(now, 1),
      changedBy: 'business',
    });
    await page.getByText('moved by the business').waitFor();

    expect(rapport.googleActs).toEqual([
      {
        kind: 'move',
        eventId: event.eventId,
        account: 'owner@casaverde.example',
        start: inHours(now, 48),
        end: inHours(now, 49),
      },
    ]);
    expect(await page.evaluate('document.activeElement.dataset.act')).toBe('move');
    expect(await page.textContent('#calls')).toContain('The business → Google');
  });

  it('keeps whoever cancelled by keyboard in the calendar', async () => {
    const { event } = await isBooked();

    await button('Cancel in Google').focus();
    await page.keyboard.press('Enter');
    await until(() => rapport.googleActs.length === 1);
    rapport.googleEvents.splice(0, 1, { ...event, status: 'cancelled' });
    await until(async () => (await button('Cancel in Google').count()) === 0);

    expect(rapport.googleActs).toMatchObject([{ kind: 'cancel', eventId: event.eventId }]);
    expect(await page.evaluate('document.activeElement.id')).toBe('calendar-days');
  });

  // Seen failing with the test of calendarAccount taken out of main.js.
  it('shows the meetings of the API only, and no buttons, while Google is real', async () => {
    rapport.demo = { ...rapport.demo, simulated: ['whatsapp', 'openai'], calendarAccount: null };
    rapport.googleEvents.push(anEventOf(aMeeting(now)), anErrand(now));
    rapport.meetings.push(aMeeting(now));
    await opened.load();
    await entries().first().waitFor();
    await page.waitForTimeout(300);

    expect(await entries().count()).toBe(1);
    expect(await page.locator('.calendar button').count()).toBe(0);
    expect(await page.textContent('#calendar-note')).toBe('Europe/Lisbon');
  });

  it('shows text as text, and fits a small screen whatever is in it', async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    const evil = `<img src=x onerror="document.title=1">${'a'.repeat(300)}`;
    rapport.googleEvents.push(anErrand(now, { summary: evil }));
    await isBooked({ title: evil, customerName: evil, meetLink: `https://${evil}` });
    await until(async () => (await entries().count()) === 2);

    expect(await page.locator('.calendar img').count()).toBe(0);
    expect(await page.textContent('#calendar-days')).toContain(evil);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    expect(opened.complaints).toEqual([]);
  });
});
