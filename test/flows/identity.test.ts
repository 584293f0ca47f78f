import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { arrangeSecondNumber } from '../support/arrange-second-number.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await Promise.all([stage.start('server'), stage.start('worker')]);
});
afterAll(() => stage.close());

let ids = 0;
/** A user id as WhatsApp gives one to a customer of a business. */
function newUserId(): string {
  ids += 1;
  return `BR.${process.pid}${String(ids).padStart(6, '0')}`;
}

/** Posts one change about a tenant's number. */
async function postChange(tenant: Tenant, field: string, members: object): Promise<void> {
  const metadata = {
    display_phone_number: '15550100001',
    phone_number_id: tenant.accountId,
  };
  const rawValue = { messaging_product: 'whatsapp', metadata, ...members };
  const { webhookStatus } = await stage.simulators.customerWrites({ rawValue, field });
  expect(webhookStatus).toBe(200);
}

const seconds = (): string => String(Math.floor(Date.now() / 1_000));

function writeFrom(tenant: Tenant, from: { waId?: string; userId?: string }, text: string) {
  return stage.write(tenant, from.waId ?? from.userId ?? '', text, { from });
}

type Conversation = {
  customerPhone: string;
  handledBy: string;
  last: number;
  answered: number;
  turn: string | null;
};

async function conversations(tenant: Tenant): Promise<Conversation[]> {
  const { rows } = await stage.owner.query(
    `select customer_phone as "customerPhone", handled_by as "handledBy", last_sequence_no as last,
            answered_through as answered, turn_id as turn
       from conversations where user_id = $1 order by conversation_id`,
    [tenant.userId],
  );
  return rows;
}

/** Where each message to a tenant's customers went, in order. */
const sentTo = (tenant: Tenant): (string | undefined)[] =>
  reached(stage, tenant).map(({ to }) => to);

describe('a customer without a phone number', () => {
  // Seen failing with sendBody writing `to` for every address.
  it('is answered by the user id, as `recipient`', async () => {
    const tenant = await stage.tenant();
    const userId = newUserId();

    await writeFrom(tenant, { userId }, 'no number here');

    await expectSettled(stage, tenant);
    const [sent] = reached(stage, tenant);
    expect(sent?.body).toMatchObject({ recipient: userId });
    expect(sent?.body).not.toHaveProperty('to');
  });

  // Seen failing with changeAddress doing nothing (the notice), and with systemAddresses empty (the message,
  // which names nobody else): a second conversation, which knows nothing of the first.
  it.each([
    [
      'a notice of its own',
      (tenant: Tenant, previous: string, current: string) =>
        postChange(tenant, 'user_id_update', {
          user_id_update: [{ user_id: { previous, current }, timestamp: seconds() }],
        }),
    ],
    [
      'a system message',
      (tenant: Tenant, previous: string, current: string) =>
        postChange(tenant, 'messages', {
          messages: [
            {
              id: `wamid.rotation.${current}`,
              timestamp: seconds(),
              type: 'system',
              system: {
                type: 'user_changed_user_id',
                body: `User Ana changed from ${previous} to ${current}`,
                user_id: current,
                previous_user_id: previous,
              },
            },
          ],
        }),
    ],
  ])('keeps the conversation when the id is replaced, told by %s', async (_, rotate) => {
    const tenant = await stage.tenant();
    const [old, current] = [newUserId(), newUserId()];
    await writeFrom(tenant, { userId: old }, 'before the change');
    await expectSettled(stage, tenant);

    await rotate(tenant, old, current);
    await writeFrom(tenant, { userId: current }, 'after the change');

    await expectSettled(stage, tenant);
    expect(await conversations(tenant)).toMatchObject([{ customerPhone: current }]);
    expect(sentTo(tenant)).toEqual([old, current]);
  });
});

describe('a customer with a phone number and a user id', () => {
  // Seen failing with personOf claiming the first address only: the id alone is somebody new.
  it('is one customer whichever of them comes, and is answered on the phone', async () => {
    const tenant = await stage.tenant();
    const [waId, userId] = [stage.customer(), newUserId()];

    await writeFrom(tenant, { waId, userId }, 'both');
    await expectSettled(stage, tenant);
    await stage.write(tenant, waId, 'the id alone', { from: { userId } });
    await expectSettled(stage, tenant);
    await writeFrom(tenant, { waId }, 'the phone alone');

    await expectSettled(stage, tenant);
    expect(await conversations(tenant)).toHaveLength(1);
    expect(sentTo(tenant)).toEqual([waId, waId, waId]);
  });

  // Seen failing with changeAddress doing nothing and systemAddresses empty: either of the two is enough.
  it('keeps the conversation with a new number, and is answered there', async () => {
    const tenant = await stage.tenant();
    const [old, current] = [stage.customer(), stage.customer()];
    await writeFrom(tenant, { waId: old }, 'from the old number');
    await expectSettled(stage, tenant);

    await postChange(tenant, 'messages', {
      messages: [
        {
          from: old,
          id: `wamid.number.${current}`,
          timestamp: seconds(),
          type: 'system',
          system: {
            type: 'user_changed_number',
            body: `User Ana changed from ${old} to ${current}`,
            wa_id: current,
          },
        },
      ],
    });
    await writeFrom(tenant, { waId: current }, 'from the new number');

    await expectSettled(stage, tenant);
    expect(await conversations(tenant)).toMatchObject([{ customerPhone: current }]);
    expect(sentTo(tenant)).toEqual([old, current]);
  });

  // Seen failing without moveConversations: the message is kept aside, and never answered.
  it('is answered on a number that knew the id alone, after another one has learnt the phone', async () => {
    const tenant = await stage.tenant();
    const second = { ...tenant, accountId: await arrangeSecondNumber(stage.owner, tenant) };
    const [waId, userId] = [stage.customer(), newUserId()];
    await writeFrom(tenant, { userId }, 'first, by id');
    await expectSettled(stage, tenant);

    await stage.write(second, waId, 'the phone', { from: { waId } });
    await stage.write(second, waId, 'the phone and the id', { from: { waId, userId } });
    await writeFrom(tenant, { userId }, 'again, by id');

    await eventually('the last is answered', () =>
      [...reached(stage, tenant), ...reached(stage, second)].some(({ text }) =>
        text?.includes('again, by id'),
      ),
    );
    expect(sentTo(tenant)).toEqual([userId, userId]);
  });
});

describe('a person who writes in the Business app', () => {
  function echo(tenant: Tenant, customer: string, text: string): Promise<void> {
    return postChange(tenant, 'smb_message_echoes', {
      message_echoes: [
        {
          from: '15550100001',
          to: customer,
          id: `wamid.echo.${customer}.${text.length}`,
          timestamp: seconds(),
          type: 'text',
          text: { body: text },
        },
      ],
    });
  }

  async function release(tenant: Tenant): Promise<void> {
    const { rows } = await stage.owner.query(
      'select conversation_id as id from conversations where user_id = $1',
      [tenant.userId],
    );
    const path = `/api/v1/conversations/${rows[0].id}/release?userId=${tenant.userId}`;
    const answer = await fetch(new URL(path, stage.webhookUrl), {
      method: 'POST',
      headers: { authorization: 'Bearer an-admin-key-of-tests' },
    });
    expect(answer.status).toBe(200);
  }

  const askedAbout = (words: string) =>
    stage.simulators.modelRequests().filter(({ body }) => JSON.stringify(body).includes(words));

  // Seen failing with storeMessages leaving handled_by as it is for an echo: the AI answers at once.
  it('has the conversation from then on; released, the AI answers what came meanwhile', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    await stage.write(tenant, customer, 'to the AI');
    await expectSettled(stage, tenant);

    await echo(tenant, customer, 'I am Bea, I take over');
    await stage.write(tenant, customer, 'to Bea');

    expect(await conversations(tenant)).toMatchObject([
      { handledBy: 'human', last: 4, answered: 3, turn: null },
    ]);
    // Another conversation of the same worker is answered meanwhile: this one was passed over.
    const other = await stage.tenant();
    await stage.write(other, stage.customer(), 'somebody else');
    await expectSettled(stage, other);
    expect(askedAbout('to Bea')).toEqual([]);

    await release(tenant);
    await expectSettled(stage, tenant);
    expect(reached(stage, tenant)).toHaveLength(2);
    const [asked] = askedAbout('to Bea');
    expect(JSON.stringify(asked?.body)).toContain('I am Bea, I take over');
  });

  // Seen failing with people_took_over taken out of the turn watch, and `handled_by = 'ai'` out of commitTurns.
  it('is not talked over by an answer that the model was working on', async () => {
    const tenant = await stage.tenant({ settings: { quietMs: 0 } });
    const customer = stage.customer();
    const question = 'slow question [[sim:delay 2500]]';
    await stage.write(tenant, customer, question);
    await eventually('the model works', () => askedAbout('slow question').length > 0);

    await echo(tenant, customer, 'I have the answer');

    await eventually('the model is told to stop', () =>
      askedAbout('slow question').every(({ outcome }) => outcome === 'aborted'),
    );
    await expectSettled(stage, tenant, { notRepeated: [question] });
    expect(reached(stage, tenant)).toEqual([]);
    expect(await conversations(tenant)).toMatchObject([
      { handledBy: 'human', last: 2, answered: 2 },
    ]);
  });
});
