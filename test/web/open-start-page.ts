import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { conversation } from './fake-conversations.ts';
import { type FakeRapport, startFakeRapport } from './fake-rapport.ts';
import { aMessage } from './sample-lead.ts';

/** The start page of a fake rapport, in a browser. */
export type OpenedPage = {
  page: Page;
  rapport: FakeRapport;
  /** What the page and its policy complained of. */
  complaints: string[];
  /** Loads the page again. */
  load(): Promise<void>;
  /** The conversation begins with this message. */
  customerWrites(text: string): Promise<void>;
  close(): Promise<void>;
};

/** Starts a fake rapport and opens its start page. */
export async function openStartPage(
  browser: Browser,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<OpenedPage> {
  const rapport = await startFakeRapport();
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().includes('net::')) complaints.push(line.text());
  });
  const load = async (): Promise<void> => {
    await page.goto(rapport.url);
    await page.waitForSelector('#connection[data-state=live]');
  };
  await load();
  return {
    page,
    rapport,
    complaints,
    load,
    async customerWrites(text) {
      rapport.happen('message', aMessage(1, 'customer', text));
      rapport.happen('conversation', conversation);
      await page.waitForSelector('#thread li');
    },
    async close() {
      await page.close();
      await rapport.close();
    },
  };
}

/** Waits for what the page shows; its policy forbids to evaluate a condition in it. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(20);
}
