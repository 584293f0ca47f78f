import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

/** A Chromium of the machine; undefined where there is none. */
export const chromiumPath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
]
  .filter((path) => path !== undefined)
  .find(existsSync);

/** `describe` for tests in a browser; where there is none they are reported as skipped. */
export const describeInBrowser = chromiumPath === undefined ? describe.skip : describe;

/** Starts the browser; undefined where there is none. */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (chromiumPath === undefined) return undefined;
  return await chromium.launch({
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
}
