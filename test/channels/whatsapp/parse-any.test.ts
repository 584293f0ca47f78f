import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InboundEvent } from '../../../src/channels/inbound-event.ts';
import { parseWhatsApp } from '../../../src/channels/whatsapp/parse.ts';
import { fixture, fixtureNames, messagesChange, textMessage } from './parse-fixture.ts';

const keys = [
  'from',
  'id',
  'timestamp',
  'type',
  'text',
  'body',
  'image',
  'interactive',
  'button_reply',
  'nfm_reply',
  'system',
  'edit',
  'message',
  'contacts',
  'messages',
  'statuses',
  'errors',
  'calls',
  'metadata',
  'phone_number_id',
  'value',
  'field',
  'changes',
  'entry',
  'object',
  'context',
  'reaction',
  'order',
  'product_items',
  'user_id',
  'wa_id',
  'profile',
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
  { body: null },
  'US.1',
  'system',
  'edit',
  'messages',
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

describe('parseWhatsApp of anything', () => {
  it('understands each of our fixtures alike, however often it is asked, and changes none', () => {
    for (const name of fixtureNames) {
      const body = fixture(name);
      const first = parseWhatsApp(body);

      expectSound(first);
      expect(parseWhatsApp(body)).toEqual(first);
      expect(body).toEqual(fixture(name));
    }
  });

  it('throws on no JSON value', () => {
    fc.assert(
      fc.property(fc.oneof(json, fc.jsonValue({ stringUnit: 'binary' })), (value) => {
        expectSound(parseWhatsApp(value));
      }),
      { numRuns: 500 },
    );
  });

  it('throws on no value in the place of an entry, a change, a list or a message', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expectSound(
          parseWhatsApp({
            object: 'whatsapp_business_account',
            entry: [one, { id: other, changes: [one] }],
          }),
        );
        expectSound(
          parseWhatsApp(messagesChange({ messages: [one, other], statuses: other, contacts: one })),
        );
        expectSound(
          parseWhatsApp(
            messagesChange({
              message_echoes: [one],
              calls: [other],
              user_id_update: [one],
              errors: other,
            }),
          ),
        );
        expectSound(
          parseWhatsApp(
            messagesChange({
              messages: [textMessage({ type: 'interactive', interactive: one, system: other })],
            }),
          ),
        );
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
        expectSound(parseWhatsApp(withChange(fixture(name), path, change)));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a good message beside any other', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const events = parseWhatsApp(
          messagesChange({ messages: [before, textMessage({ id: 'wamid.GOOD' }), after] }),
        );
        expect(events).toContainEqual(
          expect.objectContaining({ type: 'message', providerMessageId: 'wamid.GOOD' }),
        );
      }),
    );
  });

  it('survives JSON nested a hundred thousand levels deep', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);

    expectSound(parseWhatsApp(deep));
    expectSound(
      parseWhatsApp(messagesChange({ messages: [deep, textMessage({ referral: deep })] })),
    );
  });
});
