import { describe, expect, it } from '@jest/globals';
import type { StatusOrder } from '../../../simulators/meta/faults.ts';
import { planStatuses } from '../../../simulators/meta/status-plan.ts';
import { defaultSettings } from '../../../simulators/settings.ts';

const settings = { ...defaultSettings, webhookUrl: '', appSecret: '' };
const namesOf = (order?: StatusOrder) => planStatuses(settings, order).map(({ status }) => status);

describe('planStatuses', () => {
  it('lets sent, delivered and read follow in that order', () => {
    expect(planStatuses(settings, undefined)).toEqual([
      { status: 'sent', afterMs: settings.sentAfterMs },
      { status: 'delivered', afterMs: settings.deliveredAfterMs },
      { status: 'read', afterMs: settings.readAfterMs },
    ]);
  });

  it('turns the order round, repeats, fails and leaves out as told', () => {
    expect(namesOf('reversed')).toEqual(['read', 'delivered', 'sent']);
    expect(namesOf('duplicated')).toEqual([
      'sent',
      'sent',
      'delivered',
      'delivered',
      'read',
      'read',
    ]);
    expect(namesOf('failed')).toEqual(['failed']);
    expect(namesOf('none')).toEqual([]);
  });

  it('plans no read for a customer who never reads, and nothing when statuses are off', () => {
    expect(planStatuses({ ...settings, readAfterMs: null }, undefined)).toHaveLength(2);
    expect(planStatuses({ ...settings, statuses: false }, undefined)).toEqual([]);
  });
});
