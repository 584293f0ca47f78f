import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SentCall } from '../../simulators/meta/sent.ts';
import type { Tenant } from '../support/arrange.ts';
import { messagesOf, onlyReply } from '../support/ask-api.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

const settleMs = 5_000;
/** Statuses come when the sweep has come by, and soon enough to settle what was sent. */
const statusAfterMs = 2_500;

let stage: Stage;
const tenants = new Map<string, Tenant>();

/** How Graph takes a send and leaves its caller without an answer. `code`: one that no table has. */
const accepted = [
  { name: 'the connection is lost', action: 'drop_after_send' },
  { name: 'no answer comes', action: 'hang_after_send' },
  { name: 'Graph breaks', action: 'error_after_send', code: 999_999, httpStatus: 500 },
];
const lost = [
  { name: 'the connection is lost, nothing sent', action: 'drop_before_send' },
  { name: 'no answer comes, nothing sent', action: 'hang' },
];
const inPieces = 'tell me everything [[sim:long 9000]]';

// All of them wait for seconds, so all begin before the first test.
beforeAll(async () => {
  stage = await openStage({ env: { SEND_SETTLE_MS: String(settleMs) } });
  stage.simulators.configure({
    sentAfterMs: statusAfterMs,
    deliveredAfterMs: statusAfterMs + 100,
    readAfterMs: statusAfterMs + 200,
  });
  await stage.start('all');
  await Promise.all([
    ...[...accepted, ...lost].map((story) => begin(story, story.name)),
    begin({ name: inPieces, action: 'drop_after_send' }, inPieces),
  ]);
});
afterAll(() => stage.close());

async function begin({ name, ...fault }: { name: string; action: string }, text: string) {
  const tenant = await stage.tenant();
  tenants.set(name, tenant);
  stage.simulators.addFault('whatsapp', { phoneNumberId: tenant.accountId, ...fault });
  await stage.write(tenant, stage.customer(), text);
}

function tenantOf(name: string): Tenant {
  const tenant = tenants.get(name);
  if (tenant === undefined) throw new Error(`no tenant for ${name}`);
  return tenant;
}

function calls(tenant: Tenant): SentCall[] {
  const { accountId: phoneNumberId } = tenant;
  return stage.simulators.sent({ phoneNumberId, kind: 'message', outcome: 'all' });
}

function msBetween(first: SentCall | undefined, second: SentCall | undefined): number {
  return Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');
}

describe('a send that Graph took, and whose answer was lost', () => {
  // Seen failing with storeStatuses not moving a pending delivery, and with `inMs: 0` for what is unknown:
  // twice at the customer.
  it.each(accepted)('is settled by its status when $name', async ({ name }) => {
    const tenant = tenantOf(name);

    await expectSettled(stage, tenant);

    expect(calls(tenant).map(({ outcome, answered }) => ({ outcome, answered }))).toEqual([
      { outcome: 'accepted', answered: false },
    ]);
    expect(await onlyReply(stage, tenant)).toMatchObject({
      status: 'sent',
      platformMessageId: calls(tenant)[0]?.id,
      errorCode: null,
      errorText: null,
    });
  });

  // Seen failing with `head` of claimSends taking the oldest message that is due: out of order.
  it('keeps the next piece waiting until its status has come', async () => {
    const tenant = tenantOf(inPieces);

    await expectSettled(stage, tenant, { notRepeated: [inPieces], uncharged: 2 });

    const pieces = (await messagesOf(stage, tenant)).filter(({ author }) => author === 'ai');
    expect(calls(tenant).map(({ reference }) => reference)).toEqual(
      pieces.map(({ messageId }) => messageId),
    );
    const [first, second] = reached(stage, tenant);
    expect(msBetween(first, second)).toBeGreaterThanOrEqual(statusAfterMs);
  });
});

describe('a send that never was, and whose outcome is unknown', () => {
  // Seen failing with the sends taken out of the sweep (no answer comes: not before the call is given up after
  // 15 s), and with `inMs: 0` for what is unknown (too soon: it might have been sent).
  it.each(lost)('is made again when its status is overdue: $name', async ({ name }) => {
    const tenant = tenantOf(name);

    await expectSettled(stage, tenant);

    const [first, second, third] = calls(tenant);
    expect([first?.outcome, second?.outcome, third]).toEqual(['lost', 'accepted', undefined]);
    expect(msBetween(first, second)).toBeGreaterThanOrEqual(settleMs - 50);
    expect(msBetween(first, second)).toBeLessThan(12_000);
  });
});
