import { describe, expect, it } from '@jest/globals';
import { mayPersonWrite } from '../../src/conversations/may-person-write.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';

const hour = 3_600_000;
const { capabilities } = scriptedChannel();
const whatsApp = { ...capabilities, replyWindowMs: 24 * hour, personWindowMs: 24 * hour };
const instagram = { ...whatsApp, personWindowMs: 7 * 24 * hour, hasTemplates: false };

describe('mayPersonWrite', () => {
  it.each([
    ['while the window is open', whatsApp, -hour, {}, true],
    ['when it has just closed', whatsApp, 0, {}, false],
    ['when it was never open', whatsApp, null, {}, false],
    ['when a template goes in its place', whatsApp, hour, { templateName: 'come_back' }, true],
    ['where people have longer than the AI', instagram, 6 * 24 * hour - 1, {}, true],
    ['when their time is over too', instagram, 6 * 24 * hour, {}, false],
    ['with a template on a channel without any', instagram, null, { templateName: 'x' }, false],
  ])('%s', (_, channel, windowClosedForMs, settings, may) => {
    expect(mayPersonWrite(channel, { windowClosedForMs, settings })).toBe(may);
  });
});
