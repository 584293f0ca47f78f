import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { storedConversation } from '../support/arrange-conversation.ts';
import {
  type Arranged,
  type LeadPageStage,
  startLeadPage,
  storedNotification,
} from './lead-page-stage.ts';

let stage: LeadPageStage;
beforeAll(async () => {
  stage = await startLeadPage();
});
afterAll(() => stage.close());

function get(path: string) {
  return request(stage.url).get(path);
}

function post({ token }: Arranged, what: string, body: object = {}) {
  return request(stage.url).post(`/n/${token}/${what}`).send(body);
}

const stored = (arranged: Arranged) =>
  storedConversation(stage.database.owner, arranged.conversationId);

/** Changes the target that the notification was sent to. */
async function retire({ notificationId }: Arranged, set: string): Promise<void> {
  await stage.database.owner.query(
    `update notification_targets t set ${set}
       from notifications n
      where n.notification_id = $1 and n.notification_target_id = t.notification_target_id`,
    [notificationId],
  );
}

/** Everything that a GET could have changed. */
async function everything(arranged: Arranged): Promise<unknown> {
  const { owner } = stage.database;
  const tables = [
    'notifications',
    'conversations',
    'messages',
    'message_delivery_status',
    'realtime_events',
  ];
  return Promise.all(
    tables.map(async (table) => {
      const { rows } = await owner.query(`select * from ${table} where user_id = $1`, [
        arranged.tenant.userId,
      ]);
      return rows;
    }),
  );
}

describe('GET /n/:token', () => {
  it('is a page that nobody keeps, indexes or embeds', async () => {
    const arranged = await stage.arrange();

    const answer = await get(`/n/${arranged.token}?do=takeover`);

    expect([answer.status, answer.type]).toEqual([200, 'text/html']);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.get('content-security-policy')).not.toContain('unsafe');
    expect(answer.get('set-cookie')).toBeUndefined();
  });

  it('has nothing in its pages that the policy would refuse', async () => {
    const arranged = await stage.arrange();
    const pages = [await get(`/n/${arranged.token}`), await get('/n/unknown-token-of-nobody')];

    for (const { text } of pages) {
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });

  // Seen failing with markOpened called where the page is served.
  it('changes nothing, whoever fetches it and what is in its address', async () => {
    const arranged = await stage.arrange();
    const before = await everything(arranged);

    await get(`/n/${arranged.token}?do=takeover`).set('user-agent', 'a mail scanner');
    await request(stage.url).head(`/n/${arranged.token}`);
    await get(`/n/${arranged.token}/lead.json`);
    for (const what of ['opened', 'takeover', 'release', 'messages']) {
      expect((await get(`/n/${arranged.token}/${what}`)).status).toBe(404);
    }

    expect(await everything(arranged)).toEqual(before);
  });

  // Seen failing with the age of the notification not looked at.
  it.each([
    ['has expired', { ageDays: 31 }],
    ['nobody has', undefined],
  ])('says kindly that a link leads nowhere when it %s', async (_, options) => {
    const token =
      options === undefined ? 'a-token-of-nobody-at-all' : (await stage.arrange(options)).token;

    const answers = await Promise.all([
      get(`/n/${token}`),
      get(`/n/${token}/lead.json`),
      request(stage.url).post(`/n/${token}/takeover`).send({}),
      request(stage.url).post(`/n/${token}/opened`).send({}),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(answers[0]?.text).toContain('This link leads nowhere any more');
    expect(answers[1]?.body).toMatchObject({ code: 'notification.not_found' });
  });

  // Seen failing with `t.deleted_at is null` taken out.
  it('leads nowhere, and lets nobody write, once its target is deleted', async () => {
    const arranged = await stage.arrange();
    await retire(arranged, 'is_active = false, deleted_at = now()');

    const answers = await Promise.all([
      get(`/n/${arranged.token}`),
      get(`/n/${arranged.token}/lead.json`),
      post(arranged, 'opened'),
      post(arranged, 'takeover'),
      post(arranged, 'release'),
      post(arranged, 'messages', { text: 'Hi Ana' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(await stored(arranged)).toMatchObject({ last_sequence_no: 3, handled_by: 'ai' });
  });

  it('still works when its target is only switched off', async () => {
    const arranged = await stage.arrange();
    await retire(arranged, 'is_active = false');

    expect((await get(`/n/${arranged.token}/lead.json`)).status).toBe(200);
  });

  it('works on its 29th day', async () => {
    const { token } = await stage.arrange({ ageDays: 29 });

    expect((await get(`/n/${token}`)).status).toBe(200);
  });

  it.each(['%00', "' or 1=1 --", 'x'.repeat(5_000), '..%2f..%2fpackage.json'])(
    'looks up no token such as %j',
    async (token) => {
      expect((await get(`/n/${token}`)).status).toBe(404);
    },
  );
});

describe('GET /n/:token/lead.json', () => {
  it('is what was told, how good the lead is and why, and what was said last', async () => {
    const { token } = await stage.arrange({
      conversation: { authors: Array(40).fill('customer') },
    });

    const { body } = await get(`/n/${token}/lead.json`);

    expect(body).toMatchObject({
      notification: { kind: 'event', openedAt: null, content: { because: 'Turned Hot' } },
      lead: {
        name: 'Ana Silva',
        leadStatusTag: 'Hot',
        totalScore: 13,
        reasoning: { intent: { score: 3, evidence: [{ quote: 'We open on 12 December' }] } },
      },
      conversation: { handledBy: 'ai', isWindowOpen: true, canWrite: true, agentName: 'Agent' },
    });
    const { messages } = body as { messages: { sequenceNo: number }[] };
    expect(messages.map(({ sequenceNo }) => sequenceNo)).toEqual(
      Array.from({ length: 30 }, (_, place) => place + 11),
    );
  });

  it('is not long, however long the messages are', async () => {
    const arranged = await stage.arrange();
    await stage.database.owner.query('update messages set text = $2 where conversation_id = $1', [
      arranged.conversationId,
      '😀'.repeat(50_000),
    ]);

    const { text } = await get(`/n/${arranged.token}/lead.json`);

    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text.isWellFormed()).toBe(true);
  });

  it('shows one conversation, and nothing that belongs elsewhere', async () => {
    const mine = await stage.arrange({ quote: 'my own words' });
    await stage.arrange({ tenant: mine.tenant, quote: 'of a neighbour' });
    await stage.arrange({ quote: 'of another tenant' });

    const { text } = await get(`/n/${mine.token}/lead.json`);

    expect(text).toContain('my own words');
    expect(text).not.toMatch(/of a neighbour|of another tenant/);
    expect(text).not.toContain(mine.token);
  });

  it('shows a test, behind which there is no lead', async () => {
    const { token } = await stage.arrange({ kind: 'test' });

    const { body } = await get(`/n/${token}/lead.json`);

    expect(body).toMatchObject({ notification: { kind: 'test' }, lead: null, conversation: null });
  });

  it('says when nothing can be written any more', async () => {
    const closed = await stage.arrange({ conversation: { windowMinutes: -1 } });
    const withTemplate = await stage.arrange({
      conversation: { windowMinutes: -1 },
      settings: { templateName: 'hello', templateLanguage: 'en' },
    });

    const answers = await Promise.all(
      [closed, withTemplate].map(({ token }) => get(`/n/${token}/lead.json`)),
    );

    expect(answers.map(({ body }) => body.conversation)).toMatchObject([
      { isWindowOpen: false, canWrite: false },
      { isWindowOpen: false, canWrite: true },
    ]);
  });
});

describe('POST /n/:token/opened', () => {
  it('keeps the first time, and ends the escalation', async () => {
    const arranged = await stage.arrange();

    const first = await post(arranged, 'opened');
    const { openedAt, escalateAt } = await storedNotification(stage, arranged);
    await post(arranged, 'opened');

    expect(first.status).toBe(204);
    expect(openedAt).toBeInstanceOf(Date);
    expect(escalateAt).toBeNull();
    expect((await storedNotification(stage, arranged)).openedAt).toEqual(openedAt);
  });

  // Seen failing with onlyJson taken out.
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'takes no %s, which any page could make a browser send',
    async (contentType) => {
      const arranged = await stage.arrange();

      const answers = await Promise.all(
        ['opened', 'takeover', 'release', 'messages'].map((what) =>
          request(stage.url)
            .post(`/n/${arranged.token}/${what}`)
            .set('content-type', contentType)
            .send('{"text":"hi"}'),
        ),
      );

      expect(answers.map(({ status }) => status)).toEqual([415, 415, 415, 415]);
      expect(await stored(arranged)).toMatchObject({ handled_by: 'ai', last_sequence_no: 3 });
    },
  );

  it('lets no other origin ask first', async () => {
    const arranged = await stage.arrange();

    const answer = await request(stage.url)
      .options(`/n/${arranged.token}/takeover`)
      .set({ origin: 'https://evil.example', 'access-control-request-method': 'POST' });

    expect(answer.get('access-control-allow-origin')).toBeUndefined();
  });
});

describe('what a person does on the page', () => {
  it('takes the conversation over, and gives it back with what is owed', async () => {
    const arranged = await stage.arrange({ conversation: { owedThrough: 3 } });

    const taken = await post(arranged, 'takeover');
    const heldBy = (await stored(arranged))['handled_by'];
    const released = await post(arranged, 'release');

    expect(taken.body.conversation).toMatchObject({
      handledBy: 'human',
      handoverReason: 'taken_over',
    });
    expect(heldBy).toBe('human');
    expect(released.body.conversation).toMatchObject({ handledBy: 'ai' });
    expect(stage.jobs).toContainEqual({
      name: 'replies.run',
      payload: {
        items: [{ userId: arranged.tenant.userId, conversationId: arranged.conversationId }],
      },
    });
    expect((await storedNotification(stage, arranged)).openedAt).not.toBeNull();
  });

  it('writes to the customer once, however often the same is sent', async () => {
    const arranged = await stage.arrange();
    const send = () =>
      post(arranged, 'messages', { text: 'Hi Ana' }).set('idempotency-key', 'key-1');

    const answers = [await send(), await send()];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.body.messages.at(-1)).toMatchObject({ author: 'human', text: 'Hi Ana' });
    expect(await stored(arranged)).toMatchObject({ last_sequence_no: 4, handled_by: 'human' });
    expect(stage.jobs).toContainEqual({
      name: 'sends.run',
      payload: {
        items: [{ userId: arranged.tenant.userId, conversationId: arranged.conversationId }],
      },
    });
  });

  it.each([
    [{ conversation: { windowMinutes: -1 } }, { text: 'hi' }, 'channel.reply_window_closed'],
    [{ conversation: { isActive: false } }, { text: 'hi' }, 'conversation.archived'],
    [{}, { text: ' ' }, 'request.invalid'],
    [{}, { text: 'x'.repeat(5_000) }, 'message.too_long'],
    [{}, { text: 'hi', conversationId: 'cnv_other' }, 'request.invalid'],
    [{ kind: 'test' as const }, { text: 'hi' }, 'conversation.not_found'],
  ])('is refused with a reason: %j %#', async (options, body, code) => {
    const arranged = await stage.arrange(options);

    const answer = await post(arranged, 'messages', body);

    expect(answer.body.code).toBe(code);
    expect(await stored(arranged)).toMatchObject({ last_sequence_no: 3 });
  });
});
