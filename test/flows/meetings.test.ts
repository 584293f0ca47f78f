import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrangeBookings } from '../support/arrange-bookings.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

describe('a customer who wants to be met', () => {
  it('is offered times in their own words, books one, moves it and calls it off', async () => {
    const tenant = await stage.tenant();
    await arrangeBookings(stage.owner, tenant, { services: [{ name: 'Visit' }] });
    const customer = stage.customer();
    const say = async (text: string): Promise<string> => {
      await stage.write(tenant, customer, text);
      await expectSettled(stage, tenant, {
        notRepeated: stage.said(tenant).map((one) => one.text),
      });
      return reached(stage, tenant, customer).at(-1)?.text ?? '';
    };
    const status = async () => {
      const { rows } = await stage.owner.query(
        `select status, customer_name as name, service
           from meetings where user_id = $1 and status not in ('held', 'lapsed')`,
        [tenant.userId],
      );
      return rows;
    };

    const offer = await say('Can I come by for a visit tomorrow afternoon?');
    expect(offer).toMatch(/I can offer you:\n1\. \w+, .*\d{4}, \d{2}:\d{2}.*Lisbon/);
    const second = /^2\. (.*)$/m.exec(offer)?.[1] ?? '';

    expect(await say('The second one please')).toContain(`booked: ${second}`);
    expect(await status()).toEqual([{ status: 'scheduled', name: 'Ana', service: 'Visit' }]);

    expect(await say('When is my visit?')).toContain(second);

    const other = await say('I have to move it to the morning of the day after tomorrow');
    const first = /^1\. (.*)$/m.exec(other)?.[1] ?? '';
    expect(await say('The first')).toContain(`moved to: ${first}`);

    expect(await say('Please cancel it')).toContain('is cancelled');
    expect(await status()).toEqual([{ status: 'cancelled', name: 'Ana', service: 'Visit' }]);
    // Seen failing with toldOfMeetings left out of the turn: each would be said again three minutes later.
    const { rows } = await stage.owner.query(
      `select kind, outcome from meeting_messages where user_id = $1 and kind <> 'reminder' order by created_at`,
      [tenant.userId],
    );
    expect(rows).toEqual(
      ['confirmed', 'moved', 'cancelled'].map((kind) => ({ kind, outcome: 'answered' })),
    );
  });

  it('is not told that it is booked by an agent who did not book', async () => {
    const tenant = await stage.tenant();
    await arrangeBookings(stage.owner, tenant, { services: [{ name: 'Visit' }] });
    const customer = stage.customer();

    await stage.write(tenant, customer, '[[sim:say You are booked for Monday at 10:00.]]');

    const [told] = await eventually('people have it, and the customer is told so', () => {
      const texts = reached(stage, tenant, customer).map(({ text }) => text);
      return texts.length > 0 && texts;
    });
    expect(told).toContain('A colleague will get back to you');
    const { rows } = await stage.owner.query(
      'select handled_by, handover_reason from conversations where user_id = $1',
      [tenant.userId],
    );
    expect(rows).toEqual([{ handled_by: 'human', handover_reason: 'promise_not_kept' }]);
  });

  it('is told by a message of its own when the turn that booked came to nothing', async () => {
    const tenant = await stage.tenant();
    await arrangeBookings(stage.owner, tenant, { services: [{ name: 'Visit' }] });
    const customer = stage.customer();
    await stage.write(tenant, customer, 'Can I come by for a visit tomorrow?');
    await expectSettled(stage, tenant, { notRepeated: stage.said(tenant).map((one) => one.text) });
    const slotId = await stage.owner
      .query(`select meeting_id from meetings where user_id = $1 and status = 'held' limit 1`, [
        tenant.userId,
      ])
      .then(({ rows }) => rows[0].meeting_id);

    const given = JSON.stringify({
      slotId,
      customerName: 'Ana',
      customerEmail: null,
      participants: [],
      notes: null,
    });
    const lie = '[[sim:close Done: it is booked. I have cancelled your appointment of Monday.]]';
    await stage.write(tenant, customer, `[[sim:tool book_meeting ${given}]] ${lie}`);

    await eventually('people have it', async () => {
      const { rows } = await stage.owner.query(
        'select handled_by from conversations where user_id = $1',
        [tenant.userId],
      );
      return rows[0].handled_by === 'human';
    });
    const owed = await stage.owner.query(
      `update meeting_messages set due_at = now()
        where user_id = $1 and kind = 'confirmed' and settled_at is null and due_at > now()
        returning kind`,
      [tenant.userId],
    );
    expect(owed.rows).toEqual([{ kind: 'confirmed' }]);
    await eventually('the customer is told of the meeting', () =>
      reached(stage, tenant, customer).some(({ text }) => /booked|confirmed/i.test(text ?? '')),
    );
  });
});
