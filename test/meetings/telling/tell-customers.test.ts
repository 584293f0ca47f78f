import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { commitTurns } from '../../../src/agent/commit-turns.ts';
import type { Pool } from '../../../src/lib/db.ts';
import { problemHandler } from '../../../src/lib/http/error-handler.ts';
import { newId } from '../../../src/lib/ids.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { asTenant } from '../../../src/lib/tenant.ts';
import { icsLinks } from '../../../src/meetings/telling/ics-links.ts';
import { icsRouter } from '../../../src/meetings/telling/ics-router.ts';
import { oweReminders } from '../../../src/meetings/telling/owe-messages.ts';
import { workOnMeetingMessages } from '../../../src/meetings/telling/tell-customers.ts';
import { arrangeTenant, type Tenant } from '../../support/arrange.ts';
import {
  arrangeConversation,
  type ConversationOptions,
  storedConversation,
} from '../../support/arrange-conversation.ts';
import {
  arrangeMeeting,
  type MeetingOptions,
  storedMeeting,
} from '../../support/arrange-meeting.ts';
import { scriptedChannel } from '../../support/scripted-channel.ts';
import { recordJobs } from '../../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { testVault } from '../../support/test-vault.ts';

const { enqueue, jobs } = recordJobs();
const links = icsLinks({ vault: testVault }, 'https://rapport.example');
let database: TestDatabase;
let tenant: Tenant;
let app: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

const channel = scriptedChannel();
const work = (meetingId: string, userId = tenant.userId, channelFor = () => channel) =>
  workOnMeetingMessages(
    {
      app,
      now: () => new Date(),
      newId,
      channelFor,
      links,
      enqueue,
      publishLook: () => {},
      log: silentLog,
    },
    [{ userId, meetingId }],
  );

/** A meeting of which something is owed now. */
async function arrangeOwed(
  kind: string,
  options: {
    conversation?: ConversationOptions;
    meeting?: MeetingOptions;
    of?: Tenant;
  } = {},
) {
  const of = options.of ?? tenant;
  const conversationId = await arrangeConversation(database.owner, of, options.conversation);
  const meeting = await arrangeMeeting(database.owner, of, conversationId, options.meeting);
  await owe(meeting, kind, of);
  return { conversationId, ...meeting };
}

const owe = (meeting: { meetingId: string; meetingTime: Date }, kind: string, of = tenant) =>
  database.owner.query(
    `insert into meeting_messages (user_id, meeting_id, kind, key, about_time, due_at)
     values ($1, $2, $3, 'k', $4, now() - interval '1 second')`,
    [of.userId, meeting.meetingId, kind, meeting.meetingTime],
  );

async function rowsOf(sql: string, id: string) {
  return (await database.owner.query(sql, [id])).rows;
}
const said = (conversationId: string) =>
  rowsOf(
    `select m.*, d.next_attempt_at from messages m
       left join message_delivery_status d on d.message_id = m.message_id
      where m.conversation_id = $1 and m.content ? 'about' order by m.sequence_no`,
    conversationId,
  );
const outcomes = async (meetingId: string) =>
  (
    await rowsOf(
      'select outcome from meeting_messages where meeting_id = $1 order by key',
      meetingId,
    )
  ).map(({ outcome }) => outcome);

describe('workOnMeetingMessages', () => {
  // Seen failing, said many times, with `for update … skip locked` taken out and message ids made anew.
  it('says what is owed once, though many work at once and again', async () => {
    const { meetingId, conversationId } = await arrangeOwed('reminder');

    await Promise.all(Array.from({ length: 6 }, () => work(meetingId)));
    await work(meetingId);

    const [message, ...others] = await said(conversationId);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      author: 'ai',
      sequence_no: 1,
      status: 'pending',
      content: { about: { kind: 'meeting', meetingId, what: 'reminder' } },
    });
    expect(message.next_attempt_at).not.toBeNull();
    expect(await outcomes(meetingId)).toEqual(['said']);
    expect(jobs).toContainEqual(
      expect.objectContaining({
        name: 'sends.run',
        payload: { items: [{ userId: tenant.userId, conversationId }] },
      }),
    );
  });

  it('leaves alone what people and the AI owe, and who has the conversation', async () => {
    const { meetingId, conversationId } = await arrangeOwed('moved', {
      conversation: {
        authors: ['customer', 'ai', 'customer'],
        owedThrough: 3,
        answeredThrough: 2,
        replyDueMinutes: 1,
      },
    });
    const before = await storedConversation(database.owner, conversationId);

    await work(meetingId);

    const after = await storedConversation(database.owner, conversationId);
    for (const column of [
      'owed_through',
      'answered_through',
      'reply_due_at',
      'handled_by',
      'ai_paused_until',
    ]) {
      expect(after[column]).toEqual(before[column]);
    }
    expect(after['last_sequence_no']).toBe(4);
  });

  // Seen failing with answered_through set by the notice.
  it('breaks no turn under way: its reply takes the next number and answers what it saw', async () => {
    const { meetingId, conversationId } = await arrangeOwed('reminder', {
      conversation: { authors: ['customer'], owedThrough: 1, turnId: 'trn_under_way' },
    });
    await work(meetingId);

    const [committed] = await commitTurns(app, [
      {
        turnId: 'trn_under_way',
        userId: tenant.userId,
        conversationId,
        seenThrough: 1,
        price: 0,
        pieces: [{ messageId: newId('msg'), text: 'The answer' }],
        transactionId: newId('crt'),
        usageId: newId('use'),
        responseId: null,
        model: 'm',
        promptId: tenant.promptId,
        promptVersion: 1,
        usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
        handOver: null,
        quietMs: 0,
        pace: { burst: 45, intervalMs: 6_000 },
      },
    ]);

    expect(committed?.outcome).toBe('stored');
    const numbered = await rowsOf(
      'select sequence_no, author from messages where conversation_id = $1 order by sequence_no',
      conversationId,
    );
    expect(numbered.map(({ sequence_no }) => sequence_no)).toEqual([1, 2, 3]);
    const { answered_through } = await storedConversation(database.owner, conversationId);
    expect(answered_through).toBe(1);
  });

  it.each([
    ['cancelled since', { status: 'cancelled' as const }],
    ['over', { meetingTime: new Date(Date.now() - 60_000) }],
  ])('reminds nobody of a meeting that is %s', async (_, meeting) => {
    const { meetingId, conversationId } = await arrangeOwed('reminder', { meeting });

    await work(meetingId);

    expect(await said(conversationId)).toEqual([]);
    expect(await outcomes(meetingId)).toEqual(['obsolete']);
  });

  it('reminds nobody of a time that the meeting has no more', async () => {
    const { meetingId, conversationId } = await arrangeOwed('reminder');
    await database.owner.query(
      `update meetings set meeting_time = meeting_time + interval '1 hour',
                           blocked_until = blocked_until + interval '1 hour'
        where meeting_id = $1`,
      [meetingId],
    );

    await work(meetingId);

    expect(await said(conversationId)).toEqual([]);
  });

  it('keeps a template with its parameters for a window that is closed', async () => {
    const settings = {
      meetings: { templates: { reminder: 'see_you' }, templateLanguage: 'pt_BR' },
    };
    const of = await arrangeTenant(database.owner, { settings });
    const { meetingId, conversationId } = await arrangeOwed('reminder', {
      of,
      conversation: { windowMinutes: -60 },
      meeting: { customerName: 'Ana' },
    });

    await work(meetingId, of.userId);

    const [message] = await said(conversationId);
    expect(message.content.template).toMatchObject({ name: 'see_you', language: 'pt_BR' });
    expect(message.content.template.parameters[0]).toBe('Ana');
  });

  it('tells the tenant once where the customer cannot be told', async () => {
    const of = await arrangeTenant(database.owner);
    const meeting = await arrangeOwed('moved', { of, conversation: { windowMinutes: -60 } });
    await owe(meeting, 'reminder', of);

    await work(meeting.meetingId, of.userId);

    expect(await said(meeting.conversationId)).toEqual([]);
    expect(await outcomes(meeting.meetingId)).toEqual(['window_closed', 'window_closed']);
    const notices = await rowsOf('select kind from notices where user_id = $1', of.userId);
    expect(notices).toEqual([{ kind: 'meeting.customer_not_told' }]);
  });

  it('puts off what fails, and takes it up when that is over', async () => {
    const { meetingId, conversationId } = await arrangeOwed('reminder');
    const broken = () => {
      throw new Error('broken');
    };

    await work(meetingId, tenant.userId, broken);
    await work(meetingId);
    expect(await said(conversationId)).toEqual([]);
    await database.owner.query(
      `update meeting_messages set lease_until = now() - interval '1 second' where meeting_id = $1`,
      [meetingId],
    );
    await work(meetingId);

    expect(await said(conversationId)).toHaveLength(1);
  });
});

describe('oweReminders', () => {
  it('owes those that are still to come, once, and of the newest time only', async () => {
    const conversationId = await arrangeConversation(database.owner, tenant);
    const soon = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2 * 3_600_000);
    const { meetingId } = await arrangeMeeting(database.owner, tenant, conversationId);
    const about = { userId: tenant.userId, meetingId, version: 1 };

    await asTenant(app, tenant.userId, async (tx) => {
      await oweReminders(tx, { ...about, meetingTime: new Date(Date.now() + 90_000_000) }, [1_440]);
      await oweReminders(tx, { ...about, meetingTime: soon }, [1_440, 60]);
      await oweReminders(tx, { ...about, meetingTime: soon }, [1_440, 60]);
    });

    const owed = await rowsOf('select key from meeting_messages where meeting_id = $1', meetingId);
    expect(owed).toEqual([{ key: `60@${soon.getTime() / 1_000}` }]);
  });
});

describe('GET /meetings/:token.ics', () => {
  const server = () =>
    request(
      express()
        .use(icsRouter({ app, now: () => new Date(), links }))
        .use(problemHandler(silentLog)),
    );

  it('shows a meeting as it is now, to whoever has its address', async () => {
    const { meetingId } = await arrangeOwed('confirmed');
    const url = links.urlOf({ userId: tenant.userId, meetingId }) ?? '';
    const path = new URL(url).pathname;

    const scheduled = await server().get(path);
    await database.owner.query(
      `update meetings set status = 'cancelled', version = 2 where meeting_id = $1`,
      [meetingId],
    );
    const cancelled = await server().get(path);

    expect(scheduled.status).toBe(200);
    expect(scheduled.headers['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    expect(scheduled.text).toContain(`UID:${meetingId}`);
    expect(cancelled.text).toContain('STATUS:CANCELLED');
    expect(cancelled.text).toContain('SEQUENCE:2');
    expect((await storedMeeting(database.owner, meetingId))['status']).toBe('cancelled');
  });

  it('knows no other address', async () => {
    const { meetingId } = await arrangeOwed('confirmed');
    const other = await arrangeOwed('confirmed');
    const good = links.urlOf({ userId: tenant.userId, meetingId }) ?? '';
    const bad = [
      good.replace(meetingId, other.meetingId),
      good.replace(/.\.ics$/, (end) => (end.startsWith('A') ? 'B.ics' : 'A.ics')),
      'https://x.example/meetings/nothing.ics',
    ];

    for (const url of bad) expect((await server().get(new URL(url).pathname)).status).toBe(404);
  });
});
