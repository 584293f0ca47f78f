import { beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.ts';
import { onInstagram } from './fake-conversations.ts';
import type { FakeRapport } from './fake-rapport.ts';
import { openForEachTest } from './open-for-each-test.ts';
import { type OpenedPage, until } from './open-start-page.ts';
import { aMessage } from './sample-lead.ts';

let page: Page;
let rapport: FakeRapport;
let opened: OpenedPage;
openForEachTest((each) => {
  opened = each;
  ({ page, rapport } = each);
});

const chosen = () => page.locator('[role=tab][aria-selected=true]');

/** A message of the conversation on Instagram. */
function onPhone(sequenceNo: number, author: string, text: string, extra: object = {}): void {
  const place = { conversationId: 'cnv_ig', messageId: `ig_${sequenceNo}` };
  rapport.happen('conversation', onInstagram);
  rapport.happen('message', aMessage(sequenceNo, author, text, { ...place, ...extra }));
}

describeInBrowser('the tabs of the start page', () => {
  // Seen failing with the keydown listener taken out of tabs.js, and with tabIndex left as it is.
  it('are one stop of the Tab key, with arrows, Home and End between them', async () => {
    await page.focus('#tab-whatsapp');
    const reached: (string | null)[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End']) {
      await page.keyboard.press(key);
      reached.push(await page.evaluate('document.activeElement.id'));
      await page.waitForSelector(`#${reached.at(-1)}[aria-selected=true]`);
    }

    expect(reached.map((id) => id?.slice(4))).toEqual([
      'instagram',
      'webchat',
      'whatsapp',
      'webchat',
      'whatsapp',
      'webchat',
    ]);
    const stops = page.locator('[role=tab][tabindex="0"]');
    expect(await stops.evaluateAll((tabs) => tabs.map(({ id }) => id))).toEqual(['tab-webchat']);
    expect(await page.isVisible('#site-panel')).toBe(true);
    expect(await page.isVisible('#phone-panel')).toBe(false);
    expect(opened.complaints).toEqual([]);
  });

  // Seen failing with the first look at location.hash taken out of chosen-channel.js.
  it('are remembered in the address, which other links on the page do not disturb', async () => {
    await page.click('#tab-instagram');
    await page.waitForSelector('#tab-instagram[aria-selected=true]');
    const address = page.url();
    await page.reload();
    await page.waitForSelector('#tab-instagram[aria-selected=true]');
    await page.click('a[href="#next"]');

    expect(address).toBe(`${rapport.url}/#instagram`);
    expect(await chosen().getAttribute('data-channel')).toBe('instagram');
    expect(await page.textContent('#agent-name')).toBe('casaverde');
  });

  it('show each its own conversation, and that something came on another', async () => {
    await opened.customerWrites('on WhatsApp');
    onPhone(1, 'customer', 'on Instagram');
    onPhone(2, 'ai', 'An answer there', { deliveryStatus: 'sent' });
    await page.waitForSelector('#tab-instagram .news:not([hidden])');
    const before = await page.textContent('#thread');
    await page.click('#tab-instagram');
    await page.getByRole('log').getByText('An answer there').waitFor();

    expect(before).toContain('on WhatsApp');
    expect(before).not.toContain('on Instagram');
    expect(await page.textContent('#thread')).not.toContain('on WhatsApp');
    expect(await page.textContent('#inbox-who')).toBe('Ana · Instagram');
    expect(await page.textContent('#events')).not.toContain('on WhatsApp');
    expect(await page.isVisible('#tab-instagram .news')).toBe(false);
  });

  it('leave out a channel that the demo tenant has not', async () => {
    const [whatsapp] = rapport.demo.channels;
    rapport.demo = { ...rapport.demo, channels: whatsapp === undefined ? [] : [whatsapp] };
    await opened.load();
    await page.waitForSelector('#tab-instagram', { state: 'hidden' });

    expect(await page.locator('[role=tab]:visible').count()).toBe(1);
  });
});

describeInBrowser('the web chat on the start page', () => {
  it('is on the page of a shop, which says who its visitor is and is not loaded before', async () => {
    const before = await page.getAttribute('#site', 'src');
    await page.click('#tab-webchat');
    await page.frameLocator('#site').locator('html[data-chat]').waitFor();

    const chat = await page.frameLocator('#site').locator('html').getAttribute('data-chat');
    expect(before).toBeNull();
    expect(JSON.parse(chat ?? '')).toEqual({
      key: 'casa-verde',
      open: 'true',
      identity: 'header.claims.signature',
    });
    expect(await page.textContent('#embed')).toContain(`${rapport.url}/widget.js`);
    expect(opened.complaints).toEqual([]);
  });
});

describeInBrowser('the phone on Instagram', () => {
  beforeEach(async () => {
    await page?.click('#tab-instagram');
    await page?.waitForSelector('#phone[data-channel=instagram]');
  });

  it('writes, and shows seen and typing without ticks', async () => {
    await page.fill('#write', 'Hello there');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.row .bubble[data-state=delivered]');
    onPhone(1, 'customer', 'Hello there');
    rapport.happen('typing', { conversationId: 'cnv_ig' });
    await page.waitForSelector('.seen');
    await page.waitForSelector('.bubble.typing');

    expect(rapport.instagramEvents).toMatchObject([
      {
        accountId: '200',
        from: { id: onInstagram.customerPhone, name: 'Ana' },
        text: 'Hello there',
      },
    ]);
    expect(rapport.written).toEqual([]);
    expect(await page.locator('#wall .ticks').count()).toBe(0);
    expect(await page.textContent('#phone-sub')).toBe('typing…');
    expect(opened.complaints).toEqual([]);
  });

  it('answers a story, comments in public and sends a picture', async () => {
    await page.getByRole('button', { name: /Reply to their story/ }).click();
    await page.getByRole('button', { name: /Comment on their post/ }).click();
    await page.click('#picture');
    await until(() => rapport.instagramEvents.length === 3);
    await page.getByText('You commented on their post').waitFor();

    expect(rapport.instagramEvents).toMatchObject([
      { text: 'How much is this one?', story: { mimeType: 'image/png' } },
      { kind: 'comment', text: 'Price?' },
      { attachments: [{ type: 'image', mimeType: 'image/png' }] },
    ]);
    expect(await page.locator('.bubble[data-about=story] img').count()).toBe(1);
  });

  // Seen failing with the focus not brought back in phone.js.
  it('gives a heart and takes it back, by keyboard', async () => {
    onPhone(1, 'customer', 'Hi');
    onPhone(2, 'ai', 'Hello, Ana', { deliveryStatus: 'read' });
    await page.focus('.heart');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.heart[aria-pressed=true]');
    const told = await page.textContent('#thread .reaction');
    const focused = await page.evaluate('document.activeElement.id');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.heart[aria-pressed=false]');

    const [given, taken] = rapport.instagramEvents;
    expect(given).toMatchObject({ kind: 'reaction', targetId: 'mid-of-ig_2', emoji: '❤️' });
    expect(taken).toMatchObject({ kind: 'reaction', targetId: 'mid-of-ig_2' });
    expect(taken).not.toHaveProperty('emoji');
    expect(told).toContain('❤️');
    expect(focused).toBe('heart-ig_2');
    expect(opened.complaints).toEqual([]);
  });

  it('takes a message back on both sides', async () => {
    onPhone(1, 'customer', 'a secret');
    await page.waitForSelector('.row .mine');
    await page.getByRole('button', { name: /Unsend/ }).click();
    await page.getByText('Taken back').waitFor();

    expect(rapport.instagramEvents).toMatchObject([{ kind: 'unsend', targetId: 'mid-of-ig_1' }]);
    expect(await page.locator('#wall .bubble').count()).toBe(0);
    expect(await page.textContent('#thread')).not.toContain('a secret');
  });

  it('lets a person take over there, and not on the other channel', async () => {
    onPhone(1, 'customer', 'Hi');
    await page.waitForSelector('#takeover:not(:disabled)');
    await page.click('#takeover');
    await page.waitForSelector('#mode[data-mode=human]');
    await page.click('#tab-whatsapp');
    await page.waitForSelector('#mode[data-mode=none]');

    expect(rapport.posted).toEqual(['cnv_ig takeover null']);
  });
});
