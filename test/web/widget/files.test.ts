import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { describeInBrowser, launchBrowser } from '../browser.ts';
import { watchFiles } from './watch-files.ts';
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

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const kitchen = { name: 'cozinha é.png', mimeType: 'image/png', buffer: png };
const plan = { name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') };

async function visitWithFiles(webchat: object = {}) {
  const visit = await opened.visit(await opened.tenant(webchat));
  const files = await watchFiles(visit.page);
  await visit.open();
  return {
    visit,
    files,
    pick: (...picked: (typeof plan)[]) => visit.part('input[type=file]').setInputFiles(picked),
  };
}

describeInBrowser('files in the chat', () => {
  it('go up when they are picked, and out with the text', async () => {
    const { visit, files, pick } = await visitWithFiles();
    await pick(kitchen, plan);
    await eventually('both are up', async () => files.uploads.length === 2);
    await visit.part('progress').first().waitFor({ state: 'detached' });

    await visit.say('this is mine');
    await visit.part('.mine .picture img').waitFor();

    const uploads = files.uploads.toSorted((one, other) => one.name.localeCompare(other.name));
    expect(uploads).toMatchObject([
      { name: 'cozinha é.png', type: 'image/png', bytes: png.length, isVoiceNote: false },
      { name: 'plan.pdf', type: 'application/pdf' },
    ]);
    expect(files.messages).toMatchObject([
      { text: 'this is mine', attachmentIds: uploads.map(({ id }) => id) },
    ]);
    expect(await visit.part('.uploads li').count()).toBe(0);
    expect(await visit.part('.document').getAttribute('download')).toBe('plan.pdf');
    await visit.page.screenshot({ path: 'test/screenshots/widget-files.png' });
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('are shown large on a tap, and Escape closes only the picture', async () => {
    const { visit, pick } = await visitWithFiles();
    await pick(kitchen);
    await visit.part('.uploads img').waitFor();
    await visit.part('progress').waitFor({ state: 'detached' });
    await visit.part('.send').click();
    await visit.part('.mine .picture').click();
    await visit.part('.lightbox img').waitFor();
    await visit.page.screenshot({ path: 'test/screenshots/widget-lightbox.png' });

    await visit.page.keyboard.press('Escape');
    await visit.part('.lightbox').waitFor({ state: 'detached' });

    expect(await visit.part('.panel').count()).toBe(1);
    await visit.close();
  });

  it('say in words why they are refused, and can be taken away', async () => {
    const { visit, files, pick } = await visitWithFiles();
    await pick({ ...kitchen, name: 'virus.png', buffer: Buffer.from('MZ\x90 a program') });
    await visit.page.getByText('is not the PNG picture that it claims to be').waitFor();
    await visit.page.screenshot({ path: 'test/screenshots/widget-refused.png' });
    await visit.part('.uploads [aria-label="Remove: virus.png"]').click();

    expect(await visit.part('.uploads li').count()).toBe(0);
    expect(files.messages).toEqual([]);
    await visit.close();
  });

  it('can be tried again when the network failed', async () => {
    const { visit, files, pick } = await visitWithFiles();
    files.refuse = { status: 503, detail: '' };
    await pick(plan);
    await visit.part('.uploads [aria-label="Try again"]').click();

    await eventually('it is up', async () => files.uploads.length === 1);
    await visit.close();
  });

  it('come by paste and by drop', async () => {
    const { visit, files } = await visitWithFiles();
    await visit.page.evaluate(`(() => {
      const root = document.querySelector('rapport-chat').shadowRoot;
      const carry = (name) => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], name, { type: 'text/plain' }));
        return data;
      };
      root.querySelector('textarea').dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: carry('pasted.txt'), bubbles: true, cancelable: true }));
      const panel = root.querySelector('.panel');
      for (const type of ['dragover', 'drop'])
        panel.dispatchEvent(new DragEvent(type, { dataTransfer: carry('dropped.txt'), bubbles: true, cancelable: true }));
    })()`);

    await eventually('both are up', async () => files.uploads.length === 2);
    expect(files.uploads.map(({ name }) => name).sort()).toEqual(['dropped.txt', 'pasted.txt']);
    await visit.close();
  });

  it('are voice notes as well, which go out by themselves', async () => {
    const { visit, files } = await visitWithFiles();
    await visit.page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const out = context.createMediaStreamDestination();
      const tone = context.createOscillator();
      tone.connect(out);
      tone.start();
      return out.stream;
    }`);
    await visit.part('[aria-label="Record a voice message"]').click();
    await visit.part('.voice .length').waitFor();
    await visit.page.waitForTimeout(1_200);
    await visit.page.screenshot({ path: 'test/screenshots/widget-voice.png' });
    await visit.part('[aria-label="Send the recording"]').click();
    await visit.part('.mine audio').waitFor();
    await eventually('it is sent', async () => files.messages.length === 1);

    expect(files.uploads).toMatchObject([
      { type: 'audio/webm', isVoiceNote: true, name: 'voice.webm' },
    ]);
    expect(files.uploads[0]?.bytes).toBeGreaterThan(500);
    expect(files.messages).toMatchObject([{ attachmentIds: [files.uploads[0]?.id] }]);
    await visit.close();
  });

  it('say that the microphone is blocked, when it is', async () => {
    const { visit } = await visitWithFiles();
    await visit.page.evaluate(
      `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') }`,
    );
    await visit.part('[aria-label="Record a voice message"]').click();

    await visit.page.getByText('The microphone is blocked').waitFor();
    await visit.close();
  });

  it('are not offered where the business wants none', async () => {
    const { visit } = await visitWithFiles({ attachments: false });

    expect(
      await visit
        .part('[aria-label="Attach a file"], [aria-label="Record a voice message"]')
        .count(),
    ).toBe(0);
    await visit.close();
  });
});
