import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { askApi } from '../../support/ask-api.ts';
import { eventually } from '../../support/eventually.ts';
import { describeInBrowser, launchBrowser } from '../browser.ts';
import { openWidgetStage, type Visit, type WidgetStage } from './widget-stage.ts';

let browser: Browser | undefined;
let opened: WidgetStage;

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser !== undefined) opened = await openWidgetStage(browser);
});
afterEach(() => {
  opened.wire.isDown = false;
  opened.stage.simulators.configure({ streamDeltaMs: 0 });
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

const said = ({ page }: { page: Page }): Promise<string[]> =>
  page.locator('rapport-chat :is(.said, .bubble.theirs:not(.typing) .rich)').allTextContents();

/** A text on the wall; a screen reader is told it elsewhere as well. */
const onWall = (page: Page, text: string): Promise<void> =>
  page.locator('rapport-chat .wall').getByText(text).waitFor({ timeout: 20_000 });

const answered = (visit: Visit, count = 1): Promise<void> =>
  visit
    .part('.bubble.theirs .meta')
    .nth(count - 1)
    .waitFor();

/** Has the page keep every text that a draft had: by the time a test asks for one, it may be whole. */
async function keepDrafts({ page }: Visit): Promise<() => Promise<string[]>> {
  await page.evaluate(`{
    const root = document.querySelector('rapport-chat').shadowRoot;
    window.drafts = [];
    const keep = () => {
      const text = root.querySelector('.draft')?.textContent;
      if (text && text !== window.drafts.at(-1)) window.drafts.push(text);
    };
    new MutationObserver(keep).observe(root, { subtree: true, childList: true, characterData: true });
  }`);
  return () => page.evaluate('window.drafts');
}

describeInBrowser('the chat on a page', () => {
  it('shows an answer while it is written, and as the same bubble when it is whole', async () => {
    opened.stage.simulators.configure({ streamDeltaMs: 120 });
    const visit = await opened.visit(await opened.tenant({ greeting: 'Hello!' }));
    await visit.open();

    const drafts = await keepDrafts(visit);

    await visit.say('do you deliver to Faro and Porto and Lisbon');
    await answered(visit);

    const [mine, answer = ''] = await said(visit);
    expect(mine).toBe('do you deliver to Faro and Porto and Lisbon');
    const [early = ''] = await drafts();
    expect(early).not.toBe('');
    expect(early.length).toBeLessThan(answer.length);
    expect(answer.startsWith(early.trimEnd())).toBe(true);
    expect(await visit.part('.draft').count()).toBe(0);
    expect(await visit.part('.mine .ticks.read').count()).toBe(1);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('has everything again after a reload, still open, and what was being written', async () => {
    const visit = await opened.visit(await opened.tenant());
    await visit.open();
    await visit.say('first');
    await answered(visit);
    await visit.part('textarea').fill('half a thou');
    const before = await said(visit);

    await visit.page.reload();
    await answered(visit);

    expect(await said(visit)).toEqual(before);
    expect(await visit.part('textarea').inputValue()).toBe('half a thou');
    await visit.close();
  });

  it('is in step in several tabs, and another tab goes on when the leading one is closed', async () => {
    const visit = await opened.visit(await opened.tenant());
    await visit.open();
    await visit.say('from the first tab');
    await answered(visit);
    const second = await visit.newTab();
    await second.locator('rapport-chat .launcher').click();
    await second.locator('rapport-chat .bubble.theirs .meta').first().waitFor();

    await visit.say('seen in both?');
    await onWall(second, 'You said: "seen in both?"');
    const both = await Promise.all([said(visit), said({ page: second })]);
    await visit.page.close();
    await second.locator('rapport-chat textarea').fill('and alone');
    await second.keyboard.press('Enter');
    await onWall(second, 'You said: "and alone"');

    expect(both[0]).toEqual(both[1]);
    expect((await said({ page: second })).slice(0, 4)).toEqual(both[0]);
    await visit.close();
  });

  // Seen failing with the outbox kept in memory.
  it('loses and doubles nothing when the network goes in the middle of an answer', async () => {
    opened.stage.simulators.configure({ streamDeltaMs: 150 });
    const visit = await opened.visit(await opened.tenant());
    await visit.open();
    await visit.say('tell me about all of your kitchens please');
    await visit.part('.draft').waitFor();

    opened.wire.isDown = true;
    opened.wire.cut();
    await visit.part('.offline').first().waitFor();
    await visit.say('written in the dark');
    await visit.say('and more');
    await visit.part('.ticks.sending').nth(1).waitFor();
    opened.wire.isDown = false;
    await visit.page.reload();
    await onWall(visit.page, 'and more"');

    const words = await said(visit);
    for (const text of ['tell me about', 'written in the dark', 'and more']) {
      expect(words.filter((one) => one.startsWith(text))).toHaveLength(1);
    }
    expect(await visit.part('.ticks.sending').count()).toBe(0);
    await visit.close();
  });

  // Seen failing with Last-Event-ID left out of stream.ts.
  it('comes back by itself when the server was away, and has what was said meanwhile', async () => {
    const tenant = await opened.tenant();
    const visit = await opened.visit(tenant);
    await visit.open();
    await visit.say('one');
    await answered(visit);

    opened.wire.isDown = true;
    opened.wire.cut();
    await visit.part('p.offline').waitFor();
    await askApi(
      opened.stage,
      tenant,
      `conversations/${await conversationOf(tenant.userId)}/messages`,
      { method: 'POST', body: { text: 'Rita here' } },
    );
    opened.wire.isDown = false;
    await onWall(visit.page, 'Rita here');

    expect(await visit.part('p.offline').count()).toBe(0);
    expect(await said(visit)).toEqual(['one', 'You said: "one"', 'Rita here']);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('shows a person who takes over, and counts what came while it was closed', async () => {
    const tenant = await opened.tenant();
    const visit = await opened.visit(tenant);
    await visit.open();
    await visit.say('hello');
    await answered(visit);
    await visit.page.keyboard.press('Escape');
    const conversationId = await conversationOf(tenant.userId);

    await askApi(opened.stage, tenant, `conversations/${conversationId}/messages`, {
      method: 'POST',
      body: { text: 'Rita here, I am **real**' },
    });
    await visit.part('.badge').waitFor();

    expect(await visit.part('.badge').textContent()).toBe('1');
    expect(await visit.part('.launcher').getAttribute('aria-label')).toBe(
      'Open chat, New messages: 1',
    );
    await visit.part('.launcher').click();
    await visit.part('.joined').waitFor();
    await visit.page.getByText('A person is with you').waitFor();
    expect(await visit.part('.badge').count()).toBe(0);
    await eventually('the message is told as read', async () => {
      const { rows } = await opened.stage.owner.query(
        'select status from message_delivery_status where user_id = $1',
        [tenant.userId],
      );
      return rows.length === 2 && rows.every(({ status }) => status === 'read');
    });
    await visit.close();
  });

  it('can be used by keyboard alone, and gives the focus back', async () => {
    const visit = await opened.visit(await opened.tenant({ quickReplies: ['See prices'] }));
    const { keyboard } = visit.page;
    await visit.part('.launcher').waitFor();
    await visit.part('.launcher').focus();
    await keyboard.press('Enter');
    await visit.part('textarea').waitFor();
    await keyboard.type('one');
    await keyboard.press('Shift+Enter');
    await keyboard.type('two');
    await keyboard.press('Enter');
    await answered(visit);
    await keyboard.press('Escape');
    await visit.part('.panel').waitFor({ state: 'detached' });

    expect((await focused(visit.page)).className).toBe('launcher');
    await keyboard.press('Enter');
    expect(await visit.part('.said').first().textContent()).toBe('one\ntwo');
    await eventually(
      'the focus is in the field',
      async () => (await focused(visit.page)).tagName === 'TEXTAREA',
    );
    await visit.close();
  });

  it('keeps the focus inside when it is the whole screen', async () => {
    const visit = await opened.visit(await opened.tenant(), {
      context: { viewport: { width: 390, height: 800 } },
    });
    await visit.open();
    for (let step = 0; step < 12; step += 1) {
      await visit.page.keyboard.press('Tab');
      expect((await focused(visit.page)).isInPanel).toBe(true);
    }
    expect(await visit.part('.panel').getAttribute('aria-modal')).toBe('true');
    await visit.close();
  });
});

async function focused(
  page: Page,
): Promise<{ className: string; tagName: string; isInPanel: boolean }> {
  return await page.evaluate(`(() => {
    const active = document.querySelector('rapport-chat').shadowRoot.activeElement;
    return { className: active?.className ?? '', tagName: active?.tagName ?? '', isInPanel: active?.closest('.panel') != null };
  })()`);
}

async function conversationOf(userId: string): Promise<string> {
  const { rows } = await opened.stage.owner.query(
    'select conversation_id as id from conversations where user_id = $1',
    [userId],
  );
  return String(rows[0]?.id);
}
