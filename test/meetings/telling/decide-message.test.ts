import { describe, expect, it } from '@jest/globals';
import {
  decideMessage,
  type MessageDecision,
  type MessageFacts,
} from '../../../src/meetings/telling/decide-message.ts';

const time = new Date('2026-12-02T10:00:00Z');
const facts: MessageFacts = {
  kind: 'reminder',
  aboutTime: time,
  isOutdone: false,
  meeting: { status: 'scheduled', meetingTime: time },
  isConversationActive: true,
  isWindowOpen: true,
  hasTemplates: true,
  settings: {},
  now: new Date('2026-12-02T09:00:00Z'),
};
const meetings = { templates: { reminder: 'see_you' }, templateLanguage: 'pt_BR' };
const moved = new Date('2026-12-03T10:00:00Z');
const say: MessageDecision = { do: 'say', template: null };
const nothing: MessageDecision = { do: 'nothing' };

describe('decideMessage', () => {
  it.each<[string, Partial<MessageFacts>, MessageDecision]>([
    ['reminds while the window is open', {}, say],
    ['nothing of another time', { meeting: { status: 'scheduled', meetingTime: moved } }, nothing],
    ['nothing of a meeting that has begun', { now: time }, nothing],
    ['nothing where a nearer reminder is due too', { isOutdone: true }, nothing],
    [
      'nothing of a cancelled meeting',
      { meeting: { status: 'cancelled', meetingTime: time } },
      nothing,
    ],
    [
      'that it was cancelled',
      { kind: 'cancelled', meeting: { status: 'cancelled', meetingTime: time } },
      say,
    ],
    ['no cancellation of what is on again', { kind: 'cancelled' }, nothing],
    ['that it was moved', { kind: 'moved' }, say],
    ['that it is confirmed', { kind: 'confirmed' }, say],
    ['no failure of what is scheduled', { kind: 'failed' }, nothing],
    [
      'that it failed',
      { kind: 'failed', meeting: { status: 'cancelled', meetingTime: time } },
      say,
    ],
    [
      'with a template of its own for later',
      { settings: { meetings } },
      { do: 'say', template: { name: 'see_you', language: 'pt_BR' } },
    ],
    [
      'with its own template outside the window',
      { settings: { meetings }, isWindowOpen: false },
      { do: 'say', template: { name: 'see_you', language: 'pt_BR' } },
    ],
    [
      'with the general template outside the window',
      { settings: { templateName: 'come_back' }, isWindowOpen: false },
      say,
    ],
    [
      'not outside the window without a template',
      { isWindowOpen: false },
      { do: 'cannot', because: 'window_closed' },
    ],
    [
      'not outside the window of a channel that has none',
      { settings: { meetings }, isWindowOpen: false, hasTemplates: false },
      { do: 'cannot', because: 'window_closed' },
    ],
    [
      'not in an archived conversation',
      { isConversationActive: false },
      { do: 'cannot', because: 'archived' },
    ],
  ])('says %s', (_, change, decision) => {
    expect(decideMessage({ ...facts, ...change })).toEqual(decision);
  });
});
