import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WireEvent } from '../realtime/event-client.ts';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectCharges, expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { openVisitor } from '../support/webchat-visitor.ts';

const fallbackText = 'Somebody will write to you soon.';
const lie = "I've booked you in for Wednesday at 15:00.";
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

const texts = (tenant: Tenant) => reached(stage, tenant).map(({ text }) => text);

async function conversation(tenant: Tenant): Promise<unknown> {
  const { rows } = await stage.owner.query(
    `select handled_by as "handledBy", handover_reason as reason
       from conversations where user_id = $1`,
    [tenant.userId],
  );
  return rows[0];
}

function requests(words: string): number {
  return stage.simulators
    .modelRequests()
    .map(({ body }) => JSON.stringify(body))
    .filter((body) => body.includes(words) && !body.includes('lead_reading')).length;
}

describe('a reply that promises what no tool did', () => {
  // Seen failing with brokenPromises answering nothing: the lie is sent and charged.
  it('is never sent: asked for once more, then people get the conversation, uncharged', async () => {
    const tenant = await stage.tenant({ settings: { fallbackText } });
    const text = `a meeting for ${tenant.userId} [[sim:say ${lie}]]`;

    await stage.write(tenant, stage.customer(), text);

    await expectSettled(stage, tenant, { notRepeated: [text], uncharged: 1 });
    expect(texts(tenant)).toEqual([fallbackText]);
    expect(await conversation(tenant)).toEqual({ handledBy: 'human', reason: 'promise_not_kept' });
    expect(requests(tenant.userId)).toBe(2);
  });

  // Seen failing with the second try left out: the fallback.
  it('is written again without it, and that is sent and charged as any other', async () => {
    const tenant = await stage.tenant({ settings: { fallbackText } });
    const text = `a table for ${tenant.userId} [[sim:say_once ${lie}]]`;

    await stage.write(tenant, stage.customer(), text);

    await expectSettled(stage, tenant);
    expect(texts(tenant)).toEqual([`You said: "a table for ${tenant.userId}"`]);
    expect(requests(tenant.userId)).toBe(2);
  });

  // Seen failing with `did` left out of hand_over_to_human.
  it.each([
    ['at once', '', 2],
    ['at the second try', '[[sim:say_once A colleague will take over.]]', 3],
  ])('is sent when the tool did it %s', async (_, first, asked) => {
    const tenant = await stage.tenant({ settings: { fallbackText } });
    const tool = '[[sim:tool hand_over_to_human {"reason":"wants more"}]]';
    const text = `${tenant.userId} ${first} ${tool} [[sim:close A colleague will take over.]]`;

    await stage.write(tenant, stage.customer(), text);

    await expectSettled(stage, tenant, { notRepeated: [text] });
    expect(texts(tenant)).toEqual(['A colleague will take over.']);
    expect(requests(tenant.userId)).toBe(asked);
  });
});

describe('a visitor of the web chat', () => {
  const saidByUs = (events: WireEvent[]): string =>
    events
      .map(({ event, data }) => ({ event, ...Object(data) }))
      .filter(({ event, author }) => event === 'delta' || author === 'ai')
      .map(({ text }) => text)
      .join('|');

  // Seen failing with the plain draft in the place of the careful one.
  it('never reads a false promise, also not while it is written', async () => {
    const tenant = await stage.tenant({
      platform: 'webchat',
      settings: { quietMs: 50, fallbackText },
    });
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);

    await visitor.write(`hello [[sim:say Let me see. ${lie} Until then!]]`);

    const heard = await events.until((seen) => saidByUs(seen).includes(fallbackText));
    expect(saidByUs(heard)).toContain('Let ');
    expect(saidByUs(heard)).not.toMatch(/booked|Until then/);
    await eventually('the conversation with people', async () => {
      expect(await conversation(tenant)).toMatchObject({ reason: 'promise_not_kept' });
      return true;
    });
    expect((await visitor.messages()).map(({ text }) => text).at(-1)).toBe(fallbackText);
    await expectCharges(stage.owner, tenant, 1);
    events.close();
  });
});
