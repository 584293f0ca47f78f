import { expect } from '@jest/globals';
import type { PostedEvent } from '../../simulators/instagram/control.ts';
import type { InstagramCall } from '../../simulators/instagram/sent.ts';
import { withoutDirectives } from '../../simulators/openai/directives.ts';
import type { Tenant } from './arrange.ts';
import { expectCharges, expectStoredOnce, untilNothingIsOwed } from './expect-settled.ts';
import type { Said, Stage } from './stage.ts';

/** Instagram's side of a stage: what customers and people in its app do, and what reached them. */
export type InstagramStage = {
  tenant(options?: Parameters<Stage['tenant']>[0]): Promise<Tenant>;
  customer(): string;
  /** Something happens between a customer and the account, as the simulator's control API has it. */
  happens(tenant: Tenant, customer: string, event: Record<string, unknown>): Promise<PostedEvent>;
  /** A customer writes a text; `more` are further members of the event. */
  write(tenant: Tenant, customer: string, text: string, more?: object): Promise<PostedEvent>;
  /** The messages that reached a tenant's customers, in order. */
  reached(tenant: Tenant, customer?: string): InstagramCall[];
  /** Waits until nothing is owed, then holds the tenant to every promise; `uncharged` messages cost nothing. */
  expectSettled(
    tenant: Tenant,
    exceptions?: { notRepeated?: string[]; uncharged?: number; byPeople?: number },
  ): Promise<void>;
};

/** Puts Instagram on a stage. */
export function instagramStage(stage: Stage): InstagramStage {
  const said = new Map<string, Said[]>();
  let customers = 0;
  const reached = (tenant: Tenant, customer?: string): InstagramCall[] =>
    stage.simulators.instagramSent({
      accountId: tenant.accountId,
      ...(customer === undefined ? {} : { to: customer }),
    });
  const happens = (tenant: Tenant, customer: string, event: Record<string, unknown>) =>
    stage.simulators.instagramEvent({
      accountId: tenant.accountId,
      from: { id: customer },
      ...event,
    });
  return {
    tenant: (options) => stage.tenant({ platform: 'instagram', ...options }),
    customer: () => {
      customers += 1;
      return `1784${process.pid}${String(customers).padStart(6, '0')}`;
    },
    happens,
    write: (tenant, customer, text, more = {}) => {
      said.set(tenant.userId, [...(said.get(tenant.userId) ?? []), { customer, text }]);
      return happens(tenant, customer, { text, ...more });
    },
    reached,
    async expectSettled(tenant, { notRepeated = [], uncharged = 0, byPeople = 0 } = {}) {
      const told = said.get(tenant.userId) ?? [];
      await untilNothingIsOwed(stage, tenant, 20_000, told.length);
      await expectStoredOnce(stage, tenant);
      await expectCharges(stage.owner, tenant, uncharged);
      await expectSentOnce(stage, tenant, byPeople, reached(tenant));
      expect(answersOf(told, notRepeated, reached(tenant))).toEqual(
        told.map(({ customer, text }) => ({ customer, text, answers: 1 })),
      );
    },
  };
}

/** Each message of ours reached its customer once and is known by the id it has there; nobody else's is among them. */
async function expectSentOnce(
  { owner }: Stage,
  tenant: Tenant,
  byPeople: number,
  sent: InstagramCall[],
): Promise<void> {
  const { rows } = await owner.query(
    `select m.platform_message_id as id, m.author, d.platform_message_id as "sentAs"
       from messages m left join message_delivery_status d using (message_id)
      where m.user_id = $1 and m.sender = 'agent' and m.status = 'sent'`,
    [tenant.userId],
  );
  const ours = rows.filter(({ author }) => author === 'ai');
  expect(ours.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
  expect(ours.map(({ sentAs }) => sentAs)).toEqual(ours.map(({ id }) => id));
  expect(rows.length - ours.length).toBe(byPeople);
}

function answersOf(told: Said[], notRepeated: string[], sent: InstagramCall[]) {
  return told.map(({ customer, text }) => {
    const repeated = `"${withoutDirectives(text)}"`;
    const answers = sent
      .filter(({ to }) => to === customer)
      .reduce((count, call) => count + (call.text ?? '').split(repeated).length - 1, 0);
    return { customer, text, answers: notRepeated.includes(text) ? answers + 1 : answers };
  });
}
