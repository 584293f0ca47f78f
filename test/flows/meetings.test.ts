import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrangeBookings } from '../support/arrange-bookings.ts';
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
  });
});
