import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { askApi } from '../../support/ask-api.ts';
import { describeInBrowser, launchBrowser } from '../browser.ts';
import { hostileStyle } from './host-page.ts';
import {
  openWidgetStage,
  type Visit,
  type VisitOptions,
  type WidgetStage,
} from './widget-stage.ts';

const shots = 'test/screenshots';
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const settings = {
  title: 'Casa Verde',
  greeting: 'Hello! 👋 I am **Ada** of Casa Verde.\n\nWhat can I do for you?',
  quickReplies: ['See prices', 'Book a visit', 'Where are you?'],
};

let browser: Browser | undefined;
let opened: WidgetStage;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser !== undefined) opened = await openWidgetStage(browser);
  await mkdir(shots, { recursive: true });
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

/** What axe finds on the page, the widget's shadow included. */
async function faults({ page }: Visit): Promise<string[]> {
  // At rest: what is fading in has not its own colours yet.
  await page.waitForTimeout(400);
  await page.addScriptTag({ path: axePath });
  const found: unknown = await page.evaluate(`
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))
  `);
  return Array.isArray(found) ? found.map(String) : ['axe did not answer'];
}

async function talk(visit: Visit): Promise<void> {
  await visit.say('Hi! Do you make kitchens in oak?');
  await visit.part('.bubble.theirs .meta').first().waitFor();
  await visit.say('[[sim:markdown]]');
  await visit.part('.bubble.theirs .meta').nth(1).waitFor();
}

async function look(visit: Visit, name: string): Promise<void> {
  expect(await faults(visit)).toEqual([]);
  await visit.page.screenshot({ path: `${shots}/widget-${name}.png` });
}

const themes: [string, VisitOptions][] = [
  ['light', {}],
  ['dark', { context: { colorScheme: 'dark' } }],
  ['yellow', { attributes: 'data-color="#ffd500" data-position="left"' }],
  ['hostile', { style: hostileStyle }],
  ['arabic', { language: 'ar', direction: 'rtl' }],
  ['phone', { context: phone }],
  ['phone-dark', { context: { ...phone, colorScheme: 'dark' } }],
];

describeInBrowser('the chat', () => {
  it.each(themes)('looks right and says what it is to everybody: %s', async (name, options) => {
    const visit = await opened.visit(await opened.tenant(settings), options);
    await visit.part('.launcher').waitFor();
    if (name === 'light') await look(visit, 'closed');
    await visit.open();
    await look(visit, `${name}-greeting`);
    await talk(visit);
    await look(visit, `${name}-talk`);

    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('looks right with its form, a person and emoji', async () => {
    const form = {
      fields: [
        { name: 'name', required: true },
        { name: 'email', required: true },
        { name: 'company', required: false },
      ],
      note: 'We use this only to answer you. [Privacy](https://example.com/privacy)',
    };
    const tenant = await opened.tenant({ ...settings, preChat: form });
    const visit = await opened.visit(tenant);
    await visit.part('.launcher').click();
    await visit.part('.begin').waitFor();
    await look(visit, 'form');
    await visit.part('.begin').click();
    await visit.part('.error').first().waitFor();
    await look(visit, 'form-errors');
    await visit.part('[name=name]').fill('Ana');
    await visit.part('[name=email]').fill('ana@example.com');
    await visit.part('.begin').click();
    await visit.say('hello');
    await visit.part('.bubble.theirs .meta').waitFor();
    const conversationId = await conversationOf(tenant);
    await askApi(opened.stage, tenant, `conversations/${conversationId}/messages`, {
      method: 'POST',
      body: { text: 'Rita here. Give me a minute, I am looking it up for you.' },
    });
    await visit.part('.joined').waitFor();
    await visit.say('🎉🙌');
    await visit.part('.big .meta').waitFor();
    await visit.part('[aria-label=Emoji]').first().click();
    await look(visit, 'person');

    expect(visit.complaints).toEqual([]);
    await visit.close();
  });
});

async function conversationOf({ userId }: { userId: string }): Promise<string> {
  const { rows } = await opened.stage.owner.query(
    'select conversation_id as id from conversations where user_id = $1',
    [userId],
  );
  return String(rows[0]?.id);
}
