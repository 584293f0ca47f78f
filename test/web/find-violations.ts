import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on a page and in its frames: each rule that is broken, and where. */
export async function findViolations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) {
    if (frame.url() === 'about:blank') continue;
    // Evaluated, not added as a tag, which the page's policy would refuse.
    await frame.evaluate(axe);
    const violations: unknown = await frame.evaluate(`
      axe.run(document, { resultTypes: ['violations'], iframes: false }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))
    `);
    found.push(...(Array.isArray(violations) ? violations.map(String) : ['axe did not answer']));
  }
  return found;
}
