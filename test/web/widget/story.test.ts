import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../browser.ts';
import { openWidgetStage, type WidgetStage } from './widget-stage.ts';

let browser: Browser | undefined;
let opened: WidgetStage;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser !== undefined) opened = await openWidgetStage(browser);
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

describeInBrowser('the chat on a page', () => {
  it('answers what the visitor writes', async () => {
    const tenant = await opened.tenant({ greeting: 'Hello! What are you *looking* for?' });
    const visit = await opened.visit(tenant);

    await visit.open();
    await visit.part('.bubble em').waitFor();
    await visit.say('do you deliver to Faro');
    await visit.part('.bubble.theirs .meta').waitFor();

    expect(await visit.part('.bubble.mine .said').allTextContents()).toEqual([
      'do you deliver to Faro',
    ]);
    expect(await visit.part('.bubble.theirs').count()).toBe(1);
    expect(visit.complaints).toEqual([]);
    await visit.page.screenshot({ path: 'test/screenshots/widget-thin.png' });
  });
});
