import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrangeAttempt } from '../inbound/arrange-attempt.ts';
import type { Tenant } from '../support/arrange.ts';
import { askApi, messagesOf, onlyReply } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { type InstagramStage, instagramStage } from '../support/instagram-stage.ts';
import { openStage, type Stage, stageAppSecret } from '../support/stage.ts';

let stage: Stage;
let instagram: InstagramStage;

beforeAll(async () => {
  stage = await openStage();
  instagram = instagramStage(stage);
  await stage.start('all');
});
afterAll(() => stage.close());

/** A customer writes to a new tenant, whose next send goes wrong. */
async function writeWithFault(fault: Record<string, unknown>, text: string): Promise<Tenant> {
  const tenant = await instagram.tenant();
  stage.simulators.addFault('instagram', { accountId: tenant.accountId, ...fault });
  await instagram.write(tenant, instagram.customer(), text);
  return tenant;
}

async function conversationOf(tenant: Tenant): Promise<Record<string, unknown>> {
  const { rows } = await stage.owner.query(
    `select conversation_id as "conversationId", handled_by as "handledBy",
            handover_reason as reason, reply_due_at as "dueAt"
       from conversations where user_id = $1`,
    [tenant.userId],
  );
  return rows[0] ?? {};
}

describe('a message on Instagram', () => {
  it('is shown as seen and typed to, answered once, and the answer is read', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 100 } });
    const customer = instagram.customer();
    await instagram.write(tenant, customer, 'do you deliver');

    await instagram.expectSettled(tenant);

    const actions = stage.simulators.instagramSent({
      accountId: tenant.accountId,
      kind: 'action',
    });
    expect(actions.map(({ action, to }) => [action, to])).toEqual([
      ['mark_seen', customer],
      ['typing_on', customer],
    ]);
    const reply = await eventually('the customer has seen it', async () => {
      const one = await onlyReply(stage, tenant);
      return one.deliveryStatus === 'read' && one;
    });
    expect(reply.platformMessageId).toBe(instagram.reached(tenant)[0]?.id);
    expect(await conversationOf(tenant)).toMatchObject({ handledBy: 'ai' });
  });

  it('gets one answer together with the rest of its burst, in whichever shape each comes, however often', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 600 } });
    const customer = instagram.customer();
    for (const [text, shape] of [
      ['one', 'messaging'],
      ['two', 'changes'],
      ['three', 'flat'],
    ] as const) {
      await instagram.write(tenant, customer, `number ${text}`, {
        shape,
        times: 3,
        concurrently: true,
      });
    }

    await instagram.expectSettled(tenant);

    expect(instagram.reached(tenant)).toHaveLength(1);
  });

  it('is answered by Facebook’s login where the token is a Page’s', async () => {
    const accountId = `17841${process.pid}77`;
    const tenant = await instagram.tenant({ accountId, accessToken: `EAA-page-of-${accountId}` });
    await instagram.write(tenant, instagram.customer(), 'by the page');

    await instagram.expectSettled(tenant);

    expect(instagram.reached(tenant)).toMatchObject([{ login: 'facebook', accountId }]);
  });

  it('shows its pictures to the model, fetched without the token', async () => {
    const tenant = await instagram.tenant();
    await instagram.write(tenant, instagram.customer(), 'two of my kitchen', {
      attachments: [{ type: 'image' }, { type: 'image' }],
    });

    await instagram.expectSettled(tenant);

    const files = await stage.owner.query(
      'select status, mime_type as type from attachments where user_id = $1',
      [tenant.userId],
    );
    const picture = { status: 'stored', type: 'image/png' };
    expect(files.rows).toEqual([picture, picture]);
    const asked = stage.simulators
      .modelRequests()
      .map(({ body }) => JSON.stringify(body))
      .find((body) => body.includes('two of my kitchen'));
    expect(asked?.split('data:image/png').length).toBe(3);
  });

  // Seen failing with `hasFiles` taken out of the facts of a turn: the model is told of a story and not shown it.
  it('shows the model the story that a customer writes about', async () => {
    const tenant = await instagram.tenant();
    await instagram.write(tenant, instagram.customer(), 'is this one oak', { story: {} });

    await eventually('the answer', () => instagram.reached(tenant).length === 1);

    const asked = stage.simulators
      .modelRequests()
      .map(({ body }) => JSON.stringify(body))
      .find((body) => body.includes('is this one oak'));
    expect(asked).toContain('The customer writes this about a story of the business.');
    expect(asked).toContain('data:image/png');
    expect(await messagesOf(stage, tenant)).toMatchObject([{ type: 'text' }, { author: 'ai' }]);
  });

  it('is answered in pieces of at most 1,000 bytes, in their order', async () => {
    const tenant = await instagram.tenant();
    const text = 'tell me everything [[sim:long 3500]]';
    await instagram.write(tenant, instagram.customer(), text);

    const pieces = await eventually('every piece', () => {
      const reached = instagram.reached(tenant);
      return reached.length >= 4 && reached;
    });
    await instagram.expectSettled(tenant, {
      notRepeated: [text],
      uncharged: pieces.length - 1,
    });

    expect(pieces.every((piece) => Buffer.byteLength(piece.text ?? '') <= 1000)).toBe(true);
    const stored = (await messagesOf(stage, tenant)).filter(({ author }) => author === 'ai');
    expect(instagram.reached(tenant).map(({ text: sent }) => sent)).toEqual(
      stored.map(({ text: own }) => own),
    );
  });

  it('that only another app may answer is kept and not answered', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 0 } });
    const customer = instagram.customer();
    await instagram.happens(tenant, customer, { text: 'to the other app', shape: 'standby' });

    expect(await messagesOf(stage, tenant)).toMatchObject([{ text: 'to the other app' }]);
    expect(await conversationOf(tenant)).toMatchObject({ dueAt: null });
  });

  it('changes with what the customer does to it', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 5_000 } });
    const customer = instagram.customer();
    const { id } = await instagram.happens(tenant, customer, { text: 'a tabel' });
    const { id: other } = await instagram.happens(tenant, customer, { text: 'a secret' });

    await instagram.happens(tenant, customer, { kind: 'edit', targetId: id, text: 'a table' });
    await instagram.happens(tenant, customer, { kind: 'reaction', targetId: id, emoji: '👍' });
    await instagram.happens(tenant, customer, { kind: 'unsend', targetId: other });

    const { rows } = await stage.owner.query(
      `select text, reaction, edited_at is not null as edited, revoked_at is not null as revoked
         from messages where user_id = $1 order by sequence_no`,
      [tenant.userId],
    );
    expect(rows).toEqual([
      { text: 'a table', reaction: '👍', edited: true, revoked: false },
      { text: '', reaction: null, edited: false, revoked: true },
    ]);
  });
});

describe('who a customer is', () => {
  const names = async (tenant: Tenant) =>
    (
      await stage.owner.query('select name, username from contacts where user_id = $1', [
        tenant.userId,
      ])
    ).rows;

  // Seen failing with the hint, and the sweep, taken out.
  it('is known soon after they first wrote, and their lead has their name', async () => {
    const tenant = await instagram.tenant();
    const customer = instagram.customer();
    const from = { id: customer, name: 'Ana Souza', username: 'ana' };
    await instagram.write(tenant, customer, 'I want a table, when can I come', { from });

    await eventually('the name', async () => (await names(tenant))[0]?.name !== null);
    expect(await names(tenant)).toEqual([{ name: 'Ana Souza', username: 'ana' }]);
    await instagram.expectSettled(tenant);
    await stage.owner.query(
      `update conversations set extraction_due_at = now(), extraction_is_urgent = true
        where user_id = $1`,
      [tenant.userId],
    );

    await eventually('the lead', async () => {
      const leads = JSON.stringify(await askApi(stage, tenant, 'leads'));
      return leads.includes('"name":"Ana Souza"');
    });
  });

  it('is asked again after a failure, and keeps no answer waiting', async () => {
    const tenant = await instagram.tenant();
    const customer = instagram.customer();
    stage.simulators.addFault('instagram', {
      target: 'profile',
      action: 'error',
      code: 2,
      to: customer,
    });
    await instagram.write(tenant, customer, 'who am I');
    await instagram.expectSettled(tenant);
    const before = await names(tenant);

    await stage.owner.query(
      `update contacts set profile_due_at = now() - interval '2 seconds'
        where user_id = $1 and profile_due_at is not null`,
      [tenant.userId],
    );

    expect(before).toEqual([{ name: null, username: null }]);
    await eventually('the name', async () => (await names(tenant))[0]?.name !== null);
  });
});

describe('an edited message', () => {
  // Seen failing with `content = $7` in the place of `content || $7`, and with type = 'text': the story, the file is gone.
  it('is still about the story that it answered, and still has its picture', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 5_000 } });
    const customer = instagram.customer();
    const { id } = await instagram.happens(tenant, customer, { text: 'is this oak', story: {} });
    const attachments = [{ type: 'image' }];
    const { id: picture } = await instagram.happens(tenant, customer, { text: 'mi', attachments });

    await instagram.happens(tenant, customer, { kind: 'edit', targetId: id, text: 'is it pine' });
    await instagram.happens(tenant, customer, { kind: 'edit', targetId: picture, text: 'mine' });

    const { rows } = await stage.owner.query(
      `select type, text, content, edited_at is not null as edited, count(a.*)::integer as files
         from messages m left join attachments a using (message_id)
        where m.user_id = $1 group by m.message_id order by sequence_no`,
      [tenant.userId],
    );
    expect(rows).toEqual([
      {
        type: 'text',
        text: 'is it pine',
        content: { story: { id: expect.any(String), url: expect.any(String) }, hasFiles: true },
        edited: true,
        files: 1,
      },
      { type: 'image', text: 'mine', content: {}, edited: true, files: 1 },
    ]);
  });
});

describe('the echo of an answer', () => {
  // Seen failing with planOwnEcho always answering false: stored as a person's message, and the AI pauses.
  it.each(['before_answer', 'altered', 'duplicated'])(
    'is no message of its own: %s',
    async (echo) => {
      const tenant = await writeWithFault({ action: 'echo', echo }, `an echo ${echo}`);

      await instagram.expectSettled(tenant);
      await pause(150);
      await instagram.expectSettled(tenant);

      expect(await conversationOf(tenant)).toMatchObject({ handledBy: 'ai' });
    },
  );

  // Seen failing with planOwnEcho always answering false: sent again, and the AI pauses.
  it.each([
    ['the answer to the send is lost', { action: 'drop_after_send' }],
    [
      'Instagram breaks after the send',
      { action: 'error_after_send', code: 9999, httpStatus: 500 },
    ],
    ['Instagram asks to try again after the send', { action: 'error_after_send', code: 2 }],
  ])('settles it when %s', async (name, fault) => {
    const tenant = await writeWithFault(fault, `lost: ${name}`);

    await instagram.expectSettled(tenant);

    expect(instagram.reached(tenant)).toHaveLength(1);
  });
});

describe('a send that Instagram reports as failed although it was made', () => {
  const fault = { action: 'error_after_send', code: 1, subcode: 1357046 };

  it('is not made again, and its echo brings its id', async () => {
    const tenant = await writeWithFault(fault, 'sent all the same');

    await eventually('the echo', async () => {
      const { platformMessageId } = await onlyReply(stage, tenant).catch(() => ({
        platformMessageId: null,
      }));
      return platformMessageId !== null;
    });
    await instagram.expectSettled(tenant);
  });

  // Seen failing with its line taken out of the table of errors: sent a second time.
  it('is not made again without an echo either', async () => {
    const tenant = await writeWithFault({ ...fault, echo: 'none' }, 'sent and never echoed');
    await eventually('it is sent', () => instagram.reached(tenant).length === 1);
    await pause(3_000);

    expect(instagram.reached(tenant)).toHaveLength(1);
    expect(await onlyReply(stage, tenant)).toMatchObject({
      status: 'sent',
      deliveryStatus: 'sent',
    });
  });
});

describe('a person who answers in Instagram’s app', () => {
  it('has the conversation, and the AI is silent', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 0 } });
    const customer = instagram.customer();
    await instagram.write(tenant, customer, 'is anybody there');
    await instagram.expectSettled(tenant);

    await instagram.happens(tenant, customer, { kind: 'echo', text: 'Rita here, hello' });
    await instagram.happens(tenant, customer, { text: 'hello Rita' });
    await pause(700);

    expect(instagram.reached(tenant)).toHaveLength(1);
    const messages = await messagesOf(stage, tenant);
    expect(messages.map(({ author }) => author)).toEqual(['customer', 'ai', 'human', 'customer']);
    expect(await conversationOf(tenant)).toMatchObject({
      handledBy: 'human',
      reason: 'person_wrote',
    });
  });
});

describe('a person who answers through the API', () => {
  it('is sent once and known by the echo, and told when the text is too long for one message', async () => {
    const tenant = await instagram.tenant();
    const customer = instagram.customer();
    await instagram.write(tenant, customer, 'blue or green');
    await instagram.expectSettled(tenant);
    const { conversationId } = await conversationOf(tenant);
    const write = (text: string) =>
      askApi(stage, tenant, `conversations/${conversationId}/messages`, {
        method: 'POST',
        body: { text },
      });

    await expect(write('é'.repeat(501))).rejects.toThrow('at most 1000 bytes of UTF-8');
    await write('Rita here, through the console');

    await eventually('it is sent', () => instagram.reached(tenant).length === 2);
    await pause(200);
    expect((await messagesOf(stage, tenant)).map(({ author }) => author)).toEqual([
      'customer',
      'ai',
      'human',
    ]);
  });
});

describe('after the reply window', () => {
  async function closedFor(tenant: Tenant, days: number): Promise<void> {
    await stage.owner.query(
      `update conversations set reply_window_ends_at = now() - make_interval(days => $2)
        where user_id = $1`,
      [tenant.userId, days],
    );
  }

  // Seen failing with `isByPerson` not asked in isLateByPerson: the AI writes under the tag of people.
  it('an answer of the AI that comes too late is not sent', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 5_000 } });
    const customer = instagram.customer();
    await instagram.happens(tenant, customer, { text: 'black or white' });
    await closedFor(tenant, 1);
    const messageId = await arrangeAttempt(stage.owner, tenant, customer, { text: 'white' });
    await stage.owner.query(
      'update message_delivery_status set next_attempt_at = now() where message_id = $1',
      [messageId],
    );

    await eventually('it has failed', async () => {
      const messages = await messagesOf(stage, tenant);
      return messages.some(({ status }) => status === 'failed');
    });

    expect(instagram.reached(tenant)).toEqual([]);
  });

  it('people may write for a week under their tag', async () => {
    const tenant = await instagram.tenant({ settings: { quietMs: 5_000 } });
    const customer = instagram.customer();
    await instagram.happens(tenant, customer, { text: 'red or yellow' });
    await closedFor(tenant, 5);
    const { conversationId } = await conversationOf(tenant);
    const write = (text: string) =>
      askApi(stage, tenant, `conversations/${conversationId}/messages`, {
        method: 'POST',
        body: { text },
      });
    await write('Rita here, five days later');
    const [sent] = await eventually('it is sent', () => {
      const reached = instagram.reached(tenant);
      return reached.length > 0 && reached;
    });
    await closedFor(tenant, 6);

    expect(sent).toMatchObject({
      text: 'Rita here, five days later',
      body: { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' },
    });
    await expect(write('eight days later')).rejects.toThrow('channel.reply_window_closed');
    expect(instagram.reached(tenant)).toHaveLength(1);
  });
});

describe('a send that Instagram refuses', () => {
  it.each([
    ['the reply window is closed', { code: 10, subcode: 2534022 }, 10, 'ok'],
    ['the customer is gone', { code: 100, subcode: 2534014 }, 100, 'ok'],
    ['the token has ended', { code: 190, subcode: 463 }, 190, 'needs_attention'],
  ])('fails with its reason: %s', async (text, error, errorCode, health) => {
    const tenant = await writeWithFault({ action: 'error', ...error }, text);

    const reply = await eventually('the failure', async () => {
      const [one] = (await messagesOf(stage, tenant)).filter(({ author }) => author === 'ai');
      return one?.status === 'failed' && one;
    });

    expect(reply).toMatchObject({ deliveryStatus: 'failed', errorCode });
    expect(await askApi(stage, tenant, 'phone-numbers')).toMatchObject({ data: [{ health }] });
  });

  it('is made again when there were too many', async () => {
    const tenant = await writeWithFault({ action: 'error', code: 4, times: 1 }, 'too many');

    await eventually('it waits for its next attempt', async () => {
      const { rows } = await stage.owner.query(
        `select from message_delivery_status
          where user_id = $1 and status = 'pending' and attempts = 1
            and next_attempt_at > now() + interval '30 seconds'`,
        [tenant.userId],
      );
      return rows.length === 1;
    });
    expect(await conversationOf(tenant)).toMatchObject({ handledBy: 'ai' });
  });
});

describe('two tenants with the same customers on Instagram', () => {
  it('have each their own answers and echoes', async () => {
    const tenants = await Promise.all([instagram.tenant(), instagram.tenant()]);
    const customers = Array.from({ length: 10 }, () => instagram.customer());

    await Promise.all(
      tenants.flatMap((tenant) =>
        customers.map((customer) => instagram.write(tenant, customer, `same of ${customer}`)),
      ),
    );

    for (const tenant of tenants) await instagram.expectSettled(tenant);
    const { rows } = await stage.owner.query(
      `select count(*)::int as crossed from messages m join conversations c using (conversation_id)
        where m.user_id <> c.user_id`,
    );
    expect(rows).toEqual([{ crossed: 0 }]);
  });
});

describe('the webhook', () => {
  async function post(body: string, secret: string): Promise<number> {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const answer = await fetch(stage.webhookUrl, {
      method: 'POST',
      body,
      headers: { 'x-hub-signature-256': signature },
    });
    return answer.status;
  }

  // Seen failing with only one of the secrets in realProviders.
  it('is taken with the secret of either app, and with no other', async () => {
    const body = JSON.stringify({ object: 'instagram', entry: [] });

    expect(await post(body, stageAppSecret)).toBe(200);
    expect(await post(body, 'an-instagram-secret-of-the-stage')).toBe(200);
    expect(await post(body, 'another secret')).toBe(401);
  });
});

describe('an account of Instagram', () => {
  it('is registered with its name once its token was proven, and refused without access', async () => {
    const tenant = await stage.tenant();
    const register = (metaPhoneNumberId: string, accessToken: string) =>
      askApi(stage, tenant, 'phone-numbers', {
        method: 'POST',
        body: { platform: 'instagram', metaPhoneNumberId, accessToken },
      });

    expect(await register('17841409990001', 'IGreal')).toMatchObject({
      platform: 'instagram',
      displayName: '@shop_0001',
    });
    expect(await register('17841409990002', 'EAAreal')).toMatchObject({
      displayName: '@shop_0002',
    });
    await expect(register('no-access-1', 'IGreal')).rejects.toThrow('phone_number.no_access');
    await expect(register('17841409990001', 'IGreal')).rejects.toThrow('phone_number.taken');
  });
});
