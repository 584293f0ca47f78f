import { expect } from '@jest/globals';
import type { SentCall } from '../../simulators/meta/sent.ts';
import { withoutDirectives } from '../../simulators/openai/directives.ts';
import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from './arrange.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './stage.ts';

/** What a story ends with that is not "every message answered by the AI, each answer charged one credit". */
export type Exceptions = {
  /** Texts that no message to the customer repeats: people answer them, or another text does. */
  notRepeated?: string[];
  /** Messages of the AI that cost nothing by themselves: fallbacks, further pieces of a long answer. */
  uncharged?: number;
  /** Messages of ours that never reached their customer. */
  undelivered?: number;
  withinMs?: number;
};

/**
 * Waits until nothing is owed, then holds the tenant to every promise: each message answered once, as the
 * simulator saw it; numbers 1..n; nothing stored, charged or sent twice; the balance is the ledger's sum.
 */
export async function expectSettled(
  stage: Stage,
  tenant: Tenant,
  exceptions: Exceptions = {},
): Promise<void> {
  await untilNothingIsOwed(stage, tenant, exceptions.withinMs ?? 20_000);
  await expectStoredOnce(stage, tenant);
  await expectCharges(stage.owner, tenant, exceptions.uncharged ?? 0);
  await expectSentOnce(stage, tenant, exceptions.undelivered ?? 0);
  expect(answersOf(stage, tenant, exceptions.notRepeated ?? [])).toEqual(
    stage.said(tenant).map(({ customer, text }) => ({ customer, text, answers: 1 })),
  );
}

/** The messages that reached a tenant's customers, in order. */
export function reached(stage: Stage, tenant: Tenant, customer?: string): SentCall[] {
  return stage.simulators.sent({
    phoneNumberId: tenant.accountId,
    kind: 'message',
    ...(customer === undefined ? {} : { to: customer }),
  });
}

/** Waits until what customers said is stored, and no reply, turn, send or file is waiting. */
export async function untilNothingIsOwed(
  stage: Stage,
  tenant: Tenant,
  withinMs: number,
  said = stage.said(tenant).length,
): Promise<void> {
  let last: unknown;
  await eventually(
    'everything is stored, answered and sent',
    async () => {
      const { rows } = await stage.owner.query(
        `select (select count(*)::int from messages where user_id = $1 and author = 'customer') as stored,
                (select count(*)::int from conversations where user_id = $1 and handled_by = 'ai'
                    and reply_due_at is not null) as replies,
                (select count(*)::int from conversations where user_id = $1
                    and turn_lease_until is not null) as turns,
                (select count(*)::int from message_delivery_status where user_id = $1
                    and status = 'pending') as sends,
                (select count(*)::int from attachments where user_id = $1 and status = 'pending') as files`,
        [tenant.userId],
      );
      last = rows[0];
      const { stored, replies, turns, sends, files } = rows[0];
      return stored >= said && replies + turns + sends + files === 0;
    },
    { withinMs, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; left: ${JSON.stringify(last)} of ${said} said`);
  });
}

/** Holds every conversation to numbers 1..n, and every message of the provider's to one row. */
export async function expectStoredOnce({ owner }: Stage, tenant: Tenant): Promise<void> {
  const numbers = await owner.query(
    `select c.conversation_id, c.last_sequence_no as last,
            array_agg(m.sequence_no order by m.sequence_no) as numbers
       from conversations c join messages m using (conversation_id)
      where c.user_id = $1 group by c.conversation_id, c.last_sequence_no`,
    [tenant.userId],
  );
  for (const row of numbers.rows) {
    expect(row.numbers).toEqual(Array.from({ length: row.last }, (_, index) => index + 1));
  }
  const twice = await owner.query(
    `select platform_message_id from messages
      where user_id = $1 and platform_message_id is not null
      group by platform_message_id having count(*) > 1`,
    [tenant.userId],
  );
  expect(twice.rows).toEqual([]);
}

/** Holds the balance to the ledger, and the ledger to one charge for each reply. */
export async function expectCharges(owner: Pool, tenant: Tenant, uncharged: number): Promise<void> {
  const { rows } = await owner.query(
    `select (select remaining_credits from credits where user_id = $1) as balance,
            (select coalesce(sum(credits), 0)::int from credit_transactions where user_id = $1) as ledger,
            (select count(*)::int from credit_transactions where user_id = $1 and kind = 'reply') as charges,
            (select count(distinct t.message_id)::int
               from credit_transactions t join messages m using (message_id)
              where t.user_id = $1 and t.kind = 'reply' and m.author = 'ai') as charged,
            (select count(*)::int from messages where user_id = $1 and author = 'ai') as replies`,
    [tenant.userId],
  );
  const { balance, ledger, charges, charged, replies } = rows[0];
  expect({ balance, charges, charged }).toEqual({
    balance: ledger,
    charges: replies - uncharged,
    charged: replies - uncharged,
  });
}

/** Holds what reached the customers to what is stored: each message of ours once, but for those `undelivered`. */
export async function expectSentOnce(
  stage: Stage,
  tenant: Tenant,
  undelivered: number,
): Promise<void> {
  const { rows } = await stage.owner.query(
    `select message_id as id from messages where user_id = $1 and sender = 'agent'
        and author in ('ai', 'human')
        and exists (select from message_delivery_status d where d.message_id = messages.message_id)`,
    [tenant.userId],
  );
  const ours = rows.map(({ id }) => String(id)).sort();
  const sent = reached(stage, tenant).map(({ reference }) => reference ?? 'no reference');
  expect(sent.filter((reference, index) => sent.indexOf(reference) !== index)).toEqual([]);
  expect(sent.filter((reference) => !ours.includes(reference))).toEqual([]);
  expect(ours.length - sent.length).toBe(undelivered);
}

function answersOf(stage: Stage, tenant: Tenant, notRepeated: string[]) {
  return stage.said(tenant).map(({ customer, text }) => {
    const repeated = `"${withoutDirectives(text)}"`;
    const answers = reached(stage, tenant, customer).reduce(
      (count, call) => count + (call.text ?? '').split(repeated).length - 1,
      0,
    );
    return { customer, text, answers: notRepeated.includes(text) ? answers + 1 : answers };
  });
}
