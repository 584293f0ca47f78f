import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactAddress, InboundEvent } from '../../src/channels/inbound-event.ts';
import type { InboundPlan } from '../../src/inbound/inbound-plan.ts';
import { planInbound } from '../../src/inbound/plan-inbound.ts';
import { newId } from '../../src/lib/ids.ts';
import { deliveriesOf } from './deliveries.ts';
import { echo, edit, identityChange, message, phone, revoke, userId } from './inbound-events.ts';
import { type PlannedStore, plannedStore } from './planned-store.ts';

const day = 86_400_000;

function plan(store: PlannedStore, events: InboundEvent[]): InboundPlan {
  const planned = planInbound(events, store.facts(), {
    newId,
    replyWindowMs: () => day,
    hasProfiles: () => false,
  });
  store.write(planned);
  return planned;
}

/** A person writes from a phone, and now and then WhatsApp names their user id as well. */
const betweenOf = (person: number, isUserIdNamed: boolean) => {
  const own = phone(`55119000${person}`);
  const addresses: [ContactAddress, ...ContactAddress[]] = isUserIdNamed
    ? [own, userId(`BR.${person}`)]
    : [own];
  return { accountId: '1', addresses };
};

const said = fc
  .record({
    person: fc.nat({ max: 2 }),
    number: fc.nat({ max: 8 }),
    isUserIdNamed: fc.boolean(),
    kind: fc.constantFrom('message', 'message', 'message', 'edit', 'revoke', 'echo'),
  })
  .map(({ person, number, isUserIdNamed, kind }): InboundEvent => {
    const between = betweenOf(person, isUserIdNamed);
    const id = `wamid.${person}.${number}`;
    if (kind === 'echo') return echo(between, `${id}.echo`);
    if (kind === 'edit') return edit(between, id, `${id} as edited`);
    return kind === 'revoke' ? revoke(between, id) : message(between, id);
  });

function idOf(event: InboundEvent): string {
  if (event.type === 'message' || event.type === 'echo') return event.providerMessageId;
  return event.type === 'edit' || event.type === 'revoke' ? event.targetProviderMessageId : '';
}

describe('planInbound', () => {
  // Seen failing with `planned` taken out of addMessage (twice in one batch), and with storedMessages taken
  // out (again in a later batch).
  it('stores the same messages without a gap, however deliveries are repeated, mixed and batched', () => {
    fc.assert(
      fc.property(deliveriesOf(said), (batches) => {
        const store = plannedStore(['1']);
        for (const batch of batches) plan(store, batch);

        const stored = store.conversations().flatMap(({ messages }) => messages);
        expect(stored.sort()).toEqual([...new Set(batches.flat().map(idOf))].sort());
        const people = new Set(stored.map((id) => id.split('.')[1]));
        expect(store.conversations()).toHaveLength(people.size);
        expect(store.contacts()).toHaveLength(people.size);
      }),
      { numRuns: 300 },
    );
  });

  it('breaks no key of the database, whoever shares, changes and mixes up addresses', () => {
    const pool = [phone('55119001'), phone('55119002'), userId('BR.1'), userId('BR.2')];
    const address = fc.constantFrom(...pool);
    const addresses = fc
      .shuffledSubarray(pool, { minLength: 1, maxLength: 3 })
      .map(([first = phone('0'), ...others]): [ContactAddress, ...ContactAddress[]] => [
        first,
        ...others,
      ]);
    const accountId = fc.constantFrom('1', '2');
    const anything = fc.oneof(
      fc
        .tuple(accountId, addresses, fc.nat({ max: 5 }))
        .map(([on, from, n]): InboundEvent => message({ accountId: on, addresses: from }, `m${n}`)),
      fc
        .tuple(accountId, addresses, fc.nat({ max: 5 }))
        .map(([on, to, n]): InboundEvent => echo({ accountId: on, addresses: to }, `e${n}`)),
      fc
        .tuple(accountId, address, address)
        .map(([on, previous, current]): InboundEvent => identityChange(on, previous, current)),
    );
    fc.assert(
      fc.property(deliveriesOf(anything), (batches) => {
        const store = plannedStore(['1', '2']);
        for (const batch of batches) plan(store, batch);
      }),
      { numRuns: 300 },
    );
  });

  it('owes a reply to the customer’s newest message, and none to what a person answered', () => {
    const between = betweenOf(1, false);

    const first = plan(plannedStore(['1']), [message(between, 'a'), message(between, 'b')]);
    const answered = plan(plannedStore(['1']), [message(between, 'a'), echo(between, 'b')]);

    expect(first.conversations).toMatchObject([{ added: 2, owes: 2, answers: 0 }]);
    expect(answered.conversations).toMatchObject([{ added: 2, owes: 1, answers: 2 }]);
  });

  it('stores an edit that comes before its message as that message, and a revocation as an empty one', () => {
    const store = plannedStore(['1']);
    const between = betweenOf(1, false);

    const early = plan(store, [edit(between, 'a', 'as edited'), revoke(between, 'b')]);
    const late = plan(store, [message(between, 'a'), message(between, 'b')]);

    expect(early.messages).toMatchObject([
      { platform_message_id: 'a', text: 'as edited', edited: true },
      { platform_message_id: 'b', text: '', revoked: true },
    ]);
    expect(early.conversations).toMatchObject([{ owes: 1 }]);
    expect(late.messages).toEqual([]);
    expect(late.conversations).toEqual([]);
  });

  it('keeps one conversation when the customer’s id is replaced, in the same batch and later', () => {
    const store = plannedStore(['1']);
    const from = (id: string) => ({ accountId: '1', addresses: [userId(id)] as [ContactAddress] });

    plan(store, [message(from('BR.1'), 'a')]);
    plan(store, [identityChange('1', userId('BR.1'), userId('BR.2')), message(from('BR.2'), 'b')]);
    plan(store, [message(from('BR.2'), 'c')]);

    expect(store.conversations()).toMatchObject([
      { customerPhone: 'BR.2', messages: ['a', 'b', 'c'] },
    ]);
  });

  // Seen failing with only the first address claimed in personOf.
  it('goes on writing to the phone, which no change of ids touches', () => {
    const store = plannedStore(['1']);

    plan(store, [message({ accountId: '1', addresses: [phone('55119'), userId('BR.1')] }, 'a')]);
    plan(store, [message({ accountId: '1', addresses: [userId('BR.1')] }, 'b')]);

    expect(store.conversations()).toMatchObject([{ customerPhone: '55119', messages: ['a', 'b'] }]);
  });

  it('keeps what no tenant or no agent is there for', () => {
    const store = plannedStore(['1']);
    const facts = store.facts();
    for (const account of facts.accounts.values()) account.agentId = null;
    const options = { newId, replyWindowMs: () => day, hasProfiles: () => false };
    const event = message(betweenOf(1, false), 'a');
    const elsewhere = message({ ...betweenOf(1, false), accountId: '9' }, 'a');

    expect(planInbound([event, elsewhere], facts, options).unhandled).toMatchObject([
      { user_id: 'usr_1', kind: 'message', reason: 'no active agent answers for this account' },
      { user_id: null, kind: 'message', reason: 'no tenant has this account' },
    ]);
  });
});
