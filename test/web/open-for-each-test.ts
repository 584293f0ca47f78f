import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { type OpenedPage, openStartPage } from './open-start-page.ts';

/** Opens the start page of a fake rapport of its own for each test of the file, in one browser, and closes it. */
export function openForEachTest(use: (opened: OpenedPage) => void): void {
  let browser: Browser | undefined;
  let opened: OpenedPage | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    if (browser === undefined) return;
    opened = await openStartPage(browser);
    use(opened);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
}
