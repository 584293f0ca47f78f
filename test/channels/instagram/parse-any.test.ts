import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InboundEvent } from '../../../src/channels/inbound-event.ts';
import { parseInstagram } from '../../../src/channels/instagram/parse.ts';
import { byCustomer, fixture, fixtureNames, webhook } from './parse-fixture.ts';

const keys = [
  'sender',
  'recipient',
  'id',
  'timestamp',
  'message',
  'mid',
  'text',
  'attachments',
  'type',
  'payload',
  'url',
  'title',
  'quick_reply',
  'reply_to',
  'story',
  'is_echo',
  'is_deleted',
  'is_self',
  'is_unsupported',
  'postback',
  'reaction',
  'action',
  'emoji',
  'message_edit',
  'read',
  'referral',
  'messaging',
  'standby',
  'changes',
  'field',
  'value',
  'entry',
  'object',
  'time',
  '__proto__',
  'constructor',
];
const traps = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '\0',
  '\ud800',
  '1793700000',
  '99999999999999',
  'x'.repeat(300),
  [],
  [[]],
  {},
  { id: null },
  { id: '1' },
  'react',
  'story_mention',
  'comments',
  ['\0'],
  JSON.parse('{"__proto__": {"text": 1}}'),
];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...traps),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** An escape in written JSON that Postgres refuses; after an even number of backslashes it is one. */
const UNSAFE = /(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/;

/** Every place in a JSON value, as the keys that lead to it. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, member]) => placesIn(member, [...path, key]))
      : [];
  return [path, ...inner];
}

function withChange(value: unknown, [key, ...rest]: string[], change: unknown): unknown {
  if (key === undefined) {
    return change;
  }
  const copy: unknown = structuredClone(value);
  if (typeof copy === 'object' && copy !== null) {
    const member: unknown = Reflect.get(copy, key);
    Reflect.set(copy, key, withChange(member, rest, change));
  }
  return copy;
}

/** What has to hold of whatever the parser makes of anything. */
function expectSound(events: InboundEvent[]): void {
  expect(events.length).toBeGreaterThan(0);
  expect(JSON.stringify(events)).not.toMatch(UNSAFE);
  for (const event of events) {
    if (event.type === 'message' || event.type === 'reaction' || event.type === 'edit') {
      expect(event.from.addresses.length).toBeGreaterThan(0);
      expect(event.providerMessageId.length).toBeLessThanOrEqual(255);
      expect(Number.isNaN(event.sentAt.getTime())).toBe(false);
    }
    if (event.type === 'unknown') {
      expect(event.reason).toMatch(/^[a-zA-Z_ .:0-9]{1,80}$/);
    }
  }
}

describe('parseInstagram of anything', () => {
  it('understands each of our fixtures alike, however often it is asked, and changes none', () => {
    for (const name of fixtureNames) {
      const body = fixture(name);
      const first = parseInstagram(body);

      expectSound(first);
      expect(parseInstagram(body)).toEqual(first);
      expect(body).toEqual(fixture(name));
    }
  });

  it('throws on no JSON value', () => {
    fc.assert(
      fc.property(fc.oneof(json, fc.jsonValue({ stringUnit: 'binary' })), (value) => {
        expectSound(parseInstagram(value));
      }),
      { numRuns: 500 },
    );
  });

  it('throws on no value in the place of an entry, a list, an event or what is in it', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const entry = { id: other, time: one, messaging: [one], standby: other, changes: [other] };
        expectSound(parseInstagram({ object: 'instagram', entry: [one, entry] }));
        expectSound(parseInstagram({ object: 'instagram', entry: [{ field: one, value: other }] }));
        expectSound(
          parseInstagram({ object: 'instagram', entry: [{ field: 'comments', value: other }] }),
        );
        for (const kind of [
          'message',
          'postback',
          'reaction',
          'message_edit',
          'read',
          'referral',
        ]) {
          expectSound(parseInstagram(webhook(byCustomer({ [kind]: one, timestamp: other }))));
        }
        const message = { mid: 'm', text: one, attachments: [one, other], reply_to: other };
        expectSound(parseInstagram(webhook(byCustomer({ message }))));
      }),
      { numRuns: 500 },
    );
  });

  it('throws on no change to any member of a fixture', () => {
    const places = fixtureNames.flatMap((name) =>
      placesIn(fixture(name)).map((path) => ({ name, path })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), json, ({ name, path }, change) => {
        expectSound(parseInstagram(withChange(fixture(name), path, change)));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a good message beside any other', () => {
    const good = byCustomer({ message: { mid: 'm.GOOD', text: 'Hello' } });
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(parseInstagram(webhook(before, good, after))).toContainEqual(
          expect.objectContaining({ type: 'message', providerMessageId: 'm.GOOD' }),
        );
      }),
    );
  });

  it('survives JSON nested a hundred thousand levels deep', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);

    expectSound(parseInstagram(deep));
    expectSound(parseInstagram(webhook(deep, byCustomer({ referral: deep, message: deep }))));
  });
});
