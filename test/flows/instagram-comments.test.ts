import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { askApi, messagesOf } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { type InstagramStage, instagramStage } from '../support/instagram-stage.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let instagram: InstagramStage;

beforeAll(async () => {
  stage = await openStage();
  instagram = instagramStage(stage);
  await stage.start('all');
});
afterAll(() => stage.close());

const day = 24 * 60 * 60 * 1000;
const answering = (settings: object = {}) =>
  instagram.tenant({ settings: { commentReplies: 'private', quietMs: 100, ...settings } });
/** What was said in comments: the model is told more than that, and so the simulated one repeats more. */
const commented: string[] = [];
const comment = (tenant: Tenant, customer: string, text: string, more: object = {}) => {
  commented.push(text);
  return instagram.write(tenant, customer, text, { kind: 'comment', ...more });
};
const expectSettled = (tenant: Tenant) =>
  instagram.expectSettled(tenant, { notRepeated: commented });

async function factsOf(tenant: Tenant) {
  const { rows } = await stage.owner.query(
    `select c.handled_by as "handledBy", c.handover_reason as reason,
            c.reply_window_ends_at as "windowEndsAt", t.username
       from conversations c join contacts t using (contact_id)
      where c.user_id = $1`,
    [tenant.userId],
  );
  return rows;
}

describe('a comment', () => {
  // Seen failing with `inReplyTo` taken out of sendBody (Instagram: no window), and with windowEndsAt as of a message.
  it('is answered once, with a private message, and opens no reply window', async () => {
    const tenant = await answering();
    const customer = instagram.customer();
    const { id } = await comment(tenant, customer, 'do you have oak', {
      from: { id: customer, username: 'ana' },
    });

    await expectSettled(tenant);

    expect(instagram.reached(tenant)).toMatchObject([
      { to: customer, body: { recipient: { comment_id: id } } },
    ]);
    expect(await factsOf(tenant)).toEqual([
      { handledBy: 'ai', reason: null, windowEndsAt: null, username: 'ana' },
    ]);
    const messages = await messagesOf(stage, tenant);
    expect(messages).toMatchObject([
      { author: 'customer', text: 'do you have oak', content: { kind: 'comment', commentId: id } },
      { author: 'ai', type: 'text', content: { inReplyTo: { kind: 'comment', id } } },
    ]);
    // Nobody can be shown that a comment was read. Seen failing with the window not asked for in either place.
    expect(
      stage.simulators.instagramSent({
        accountId: tenant.accountId,
        kind: 'action',
        outcome: 'all',
      }),
    ).toEqual([]);
  });

  it('is one to the model that was made in public and is answered shortly', async () => {
    const tenant = await answering();
    await comment(tenant, instagram.customer(), 'is this one beech', {
      media: { media_product_type: 'REELS' },
    });
    await expectSettled(tenant);

    const asked = stage.simulators
      .modelRequests()
      .map(({ body }) => JSON.stringify(body))
      .find((body) => body.includes('is this one beech'));
    expect(asked).toContain('in public, as a comment below a reel of the business');
  });

  it('is answered once however often and in whichever shape it comes', async () => {
    const tenant = await answering();
    const customer = instagram.customer();
    const id = `1795${process.pid}1`;
    const again = { id, times: 3, concurrently: true };
    await comment(tenant, customer, 'how wide is it', again);
    await expectSettled(tenant);

    await instagram.happens(tenant, customer, {
      ...again,
      kind: 'comment',
      text: 'how wide is it',
      shape: 'changes',
    });
    await pause(500);

    const calls = stage.simulators.instagramSent({ accountId: tenant.accountId, outcome: 'all' });
    expect(calls).toHaveLength(1);
  });

  // Seen failing with replyPieces in the place of commentReply: the second piece is refused.
  it('gets all of its answer in one message, cut where it is too long', async () => {
    const tenant = await answering();
    const text = 'tell me about beds [[sim:long 3500]]';
    await comment(tenant, instagram.customer(), text);

    await expectSettled(tenant);

    const [sent, ...others] = instagram.reached(tenant);
    expect(others).toEqual([]);
    expect(Buffer.byteLength(sent?.text ?? '')).toBeGreaterThan(300);
    expect(sent?.text).toMatch(/ …$/);
  });

  it('leads to a conversation as any other once the person writes', async () => {
    const tenant = await answering();
    const customer = instagram.customer();
    await comment(tenant, customer, 'a comment first');
    await expectSettled(tenant);

    await instagram.write(tenant, customer, 'then a message');
    await expectSettled(tenant);

    expect(instagram.reached(tenant).map(({ body }) => body['recipient'])).toEqual([
      { comment_id: expect.any(String) },
      { id: customer },
    ]);
    expect(await factsOf(tenant)).toMatchObject([{ windowEndsAt: expect.any(Date) }]);
  });

  it('of somebody who has written since is answered together with that, in the ordinary way', async () => {
    const tenant = await answering({ quietMs: 700 });
    const customer = instagram.customer();
    await comment(tenant, customer, 'in public');
    await instagram.write(tenant, customer, 'and in private');

    await expectSettled(tenant);

    expect(instagram.reached(tenant).map(({ body }) => body['recipient'])).toEqual([
      { id: customer },
    ]);
  });

  it('and another of the same person get an answer each', async () => {
    const tenant = await answering();
    const customer = instagram.customer();
    const ids: (string | undefined)[] = [];
    for (const text of ['below one post', 'below another']) {
      ids.push((await comment(tenant, customer, text)).id);
      await expectSettled(tenant);
    }

    expect(instagram.reached(tenant).map(({ body }) => body['recipient'])).toEqual(
      ids.map((id) => ({ comment_id: id })),
    );
    expect(await factsOf(tenant)).toHaveLength(1);
  });

  it.each([
    ['the answer to the send is lost', { action: 'drop_after_send' }],
    ['Instagram asks to try again after the send', { action: 'error_after_send', code: 2 }],
  ])('is not answered twice when %s', async (text, fault) => {
    const tenant = await answering();
    stage.simulators.addFault('instagram', { accountId: tenant.accountId, ...fault });
    await comment(tenant, instagram.customer(), text);

    await expectSettled(tenant);

    expect(instagram.reached(tenant)).toHaveLength(1);
  });
});

describe('people', () => {
  async function write(tenant: Tenant, text: string): Promise<unknown> {
    const { rows } = await stage.owner.query(
      'select conversation_id as id from conversations where user_id = $1',
      [tenant.userId],
    );
    return askApi(stage, tenant, `conversations/${rows[0].id}/messages`, {
      method: 'POST',
      body: { text },
    });
  }

  // Seen failing with openComment answering nothing (409), and without its `not exists` (a second reply, refused).
  it('may give a comment its one answer where the AI has not, and no second', async () => {
    const tenant = await answering({ quietMs: 5_000 });
    const { id } = await comment(tenant, instagram.customer(), 'is anybody there');

    await write(tenant, 'Rita here, yes');
    await eventually('it is sent', () => instagram.reached(tenant).length === 1);

    expect(instagram.reached(tenant)).toMatchObject([
      { text: 'Rita here, yes', body: { recipient: { comment_id: id } } },
    ]);
    await expect(write(tenant, 'And more')).rejects.toThrow('channel.reply_window_closed');
  });

  it('may not write to whom the AI has answered in private', async () => {
    const tenant = await answering();
    await comment(tenant, instagram.customer(), 'answered by the AI');
    await expectSettled(tenant);

    await expect(write(tenant, 'Rita here')).rejects.toThrow('channel.reply_window_closed');
  });
});

describe('a comment that cannot be answered', () => {
  it('because it was deleted has a failed answer, which people hear of', async () => {
    const tenant = await answering();
    await comment(tenant, instagram.customer(), 'gone in a moment', { deleted: true });

    const reply = await eventually('the failure', async () => {
      const [one] = (await messagesOf(stage, tenant)).filter(({ author }) => author === 'ai');
      return one?.status === 'failed' && one;
    });

    expect(reply).toMatchObject({ deliveryStatus: 'failed', errorCode: 100 });
    const { rows } = await stage.owner.query(
      `select kind, details ->> 'reason' as reason from lead_events where user_id = $1`,
      [tenant.userId],
    );
    expect(rows).toEqual([{ kind: 'failure', reason: 'send_failed' }]);
    expect(instagram.reached(tenant)).toEqual([]);
  });

  // Seen failing with `until > now` taken out of answerableComment: an answer is paid for, and refused.
  it('because it is older than a week goes to people', async () => {
    const tenant = await answering();
    await comment(tenant, instagram.customer(), 'from last month', {
      timestamp: Date.now() - 8 * day,
    });

    await eventually('people have it', async () => {
      const [one] = await factsOf(tenant);
      return one?.handledBy === 'human' && one.reason === 'reply_window_closed';
    });

    const calls = stage.simulators.instagramSent({ accountId: tenant.accountId, outcome: 'all' });
    expect(calls).toEqual([]);
  });
});

describe('a comment that nobody answers', () => {
  async function kept(tenant: Tenant): Promise<{ kind: string; reason: string }[]> {
    const { rows } = await stage.owner.query(
      `select kind, reason from unhandled_events
        where user_id = $1 or payload ->> 'entryId' = $2`,
      [tenant.userId, tenant.accountId],
    );
    expect(await factsOf(tenant)).toEqual([]);
    return rows;
  }

  // Seen failing with `answersComments` not asked in planInbound.
  it('because the agent is not set to is kept', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 0 } });
    const customer = instagram.customer();

    await instagram.happens(tenant, customer, { kind: 'comment', text: 'nice' });

    expect(await kept(tenant)).toEqual([{ kind: 'comment', reason: 'comments are not answered' }]);
  });

  it.each([
    ['because the business wrote it', 'a comment of the business', {}],
    [
      'because it is on a live broadcast',
      'a comment on a live broadcast',
      { field: 'live_comments' },
    ],
  ])('%s is kept', async (_, reason, more) => {
    const tenant = await answering({ quietMs: 0 });
    const customer = reason.includes('business') ? tenant.accountId : instagram.customer();

    await instagram.happens(tenant, customer, { kind: 'comment', text: 'nice', ...more });

    expect(await kept(tenant)).toEqual([{ kind: 'unknown', reason }]);
  });
});
