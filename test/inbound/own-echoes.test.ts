import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InboundEvent } from '../../src/channels/inbound-event.ts';
import { recordSends } from '../../src/delivery/record-sends.ts';
import { settleEchoes } from '../../src/inbound/settle-echoes.ts';
import type { Pool } from '../../src/lib/db.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { arrangeAttempt, at, endOf, instagramEvents } from './arrange-attempt.ts';
import { deliveriesOf } from './deliveries.ts';
import { ingestInto } from './ingest-into.ts';

const customer = '17840000000001';
const words = 'A table costs 450 euros.\n\nShall I reserve one?';
let database: TestDatabase;
let app: Pool;
let ingest: (events: InboundEvent[]) => Promise<void>;
let tenant: Tenant;
let tells: ReturnType<typeof instagramEvents>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
  ingest = ingestInto(database);
});
afterAll(() => database.drop());
beforeEach(() => newStory());

/** A tenant to whom a customer has written. */
async function newStory(): Promise<void> {
  tenant = await arrangeTenant(database.owner, { platform: 'instagram' });
  tells = instagramEvents(tenant, customer);
  await ingest([tells.writes('m.customer')]);
}

function attempt(
  text = words,
  more: { attempts?: number; content?: object; attemptedAt?: Date } = {},
) {
  return arrangeAttempt(database.owner, tenant, customer, { text, ...more });
}

/** Instagram answered the send; this is our record of it. */
async function record(messageId: string, platformMessageId: string | null): Promise<void> {
  const accepted = { result: 'accepted', platformMessageId } as const;
  await recordSends(app, [
    { userId: tenant.userId, messageId, record: accepted, templateName: null },
  ]);
}

/** How many events could not be stored as what they are. */
async function keptAside(): Promise<number> {
  const { rows } = await database.owner.query(
    'select count(*)::integer as n from unhandled_events',
  );
  return rows[0].n;
}

const end = () => endOf(database.owner, tenant);
const ours = (delivery: string, more: object = {}) => ({
  author: 'ai',
  text: words,
  id: 'm.ours',
  status: 'sent',
  delivery,
  sentAs: 'm.ours',
  ...more,
});
const persons = (text: string) => ({
  author: 'human',
  text,
  id: 'm.person',
  status: 'sent',
  delivery: null,
  sentAs: null,
});

type Happening = 'echo' | 'seen' | 'recorded' | 'person';

function eventOf(happening: Happening): InboundEvent[] {
  switch (happening) {
    case 'echo':
      return [tells.echo('m.ours', words)];
    case 'seen':
      return [tells.seen('m.ours')];
    case 'person':
      return [tells.echo('m.person', 'I am Rita. I take it from here.')];
    case 'recorded':
      return [];
  }
}

function expected(happened: Set<Happening>) {
  const isSettled = happened.has('echo') || happened.has('recorded');
  const delivery = happened.has('seen') ? 'read' : 'sent';
  return {
    messages: [
      isSettled ? ours(delivery) : ours('pending', { id: null, sentAs: null, status: 'pending' }),
      ...(happened.has('person') ? [persons('I am Rita. I take it from here.')] : []),
    ],
    handledBy: happened.has('person') ? 'human' : 'ai',
    isGapless: true,
  };
}

describe('the echo of our own send', () => {
  // Seen failing, each: with planOwnEcho always answering false (a second message, and the AI pauses), and with
  // settleEchoes not looking for earlier statuses.
  it('leads to the same end in any order with its answer, what the customer saw, and a person’s own echo', async () => {
    const happening = fc.constantFrom<Happening>('echo', 'seen', 'recorded', 'person');
    await fc.assert(
      fc.asyncProperty(deliveriesOf(happening), async (batches) => {
        await newStory();
        const messageId = await attempt();

        for (const batch of batches) {
          await ingest(batch.flatMap(eventOf));
          if (batch.includes('recorded')) await record(messageId, 'm.ours');
        }

        expect(await end()).toEqual(expected(new Set(batches.flat())));
      }),
      { numRuns: 80 },
    );
  }, 60_000);

  it('is no second message, whichever of several processes hears of it while another records the send', async () => {
    const processes = [ingest, ingestInto(database), ingestInto(database)];
    for (let round = 0; round < 15; round += 1) {
      await newStory();
      const messageId = await attempt();

      await Promise.all([
        ...processes.map((one) => one([tells.echo('m.ours', words)])),
        record(messageId, 'm.ours'),
        processes[1]?.([tells.seen('m.ours')]),
      ]);

      const { messages, handledBy } = await end();
      expect({ messages, handledBy }).toMatchObject({
        messages: [{ author: 'ai', id: 'm.ours', status: 'sent' }],
        handledBy: 'ai',
      });
    }
  });

  it('is known by its words however Instagram sets them, and with the address below them', async () => {
    await attempt('Two   lines\nof café', {
      content: { button: { label: 'x', url: 'https://r.example/r/1' } },
    });

    await ingest([tells.echo('m.ours', ' Two lines of cafe\u0301 https://r.example/r/1\u200b')]);

    expect((await end()).messages).toMatchObject([
      { author: 'ai', delivery: 'sent', id: 'm.ours' },
    ]);
  });

  // Seen failing with `m.platform_message_id = case … exists` taken out of recordSends: the record fails for ever.
  it('does not keep the send from being recorded when it was not recognised', async () => {
    const messageId = await attempt();
    await ingest([tells.echo('m.ours', 'Quite other words')]);

    await record(messageId, 'm.ours');

    expect((await end()).messages).toMatchObject([
      { author: 'ai', delivery: 'sent', id: null, sentAs: 'm.ours' },
      { author: 'human', id: 'm.ours' },
    ]);
  });

  // Seen failing with `case when exists …` taken out of storeStatuses: nothing of the batch is stored.
  it('does not keep its statuses from being stored either', async () => {
    const messageId = await attempt();
    await ingest([tells.echo('m.ours', 'Quite other words')]);
    await record(messageId, 'm.ours');

    await ingest([tells.seen('m.ours'), tells.writes('m.next')]);

    expect((await end()).messages[0]).toMatchObject({ delivery: 'read', id: null });
    expect(await keptAside()).toBe(0);
  });

  // Seen failing with `case when exists …` taken out of settleEchoes: 23505.
  it('can be settled while something else is stored under its id', async () => {
    const message_id = await attempt();
    await ingest([tells.echo('m.ours', 'Quite other words')]);

    const { userId: user_id } = tenant;
    const echo = { user_id, message_id, platform_message_id: 'm.ours', at: '2026-11-03T10:00:00Z' };
    await database.pool('rapport_receiver').query(settleEchoes([echo]));

    expect((await end()).messages[0]).toMatchObject({
      delivery: 'sent',
      id: null,
      sentAs: 'm.ours',
    });
  });

  // Seen failing with recordSends not trying again: the send stays unsettled, and is made a second time.
  it('does not keep the send from being recorded when it is stored at that very moment', async () => {
    const messageId = await attempt();
    const client = await database.owner.connect();
    await client.query('begin');
    await client.query(
      `insert into messages
         (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status,
          platform_message_id)
       select 'msg_of_echo', user_id, conversation_id, 99, 'agent', 'human', 'text', 'x', 'sent', 'm.ours'
         from conversations where user_id = $1`,
      [tenant.userId],
    );
    const { rows } = await client.query('select pg_backend_pid() as pid');

    const recorded = record(messageId, 'm.ours');
    await eventually('the record waits for the id', async () => {
      const found = await database.owner.query(
        'select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
        [rows[0].pid],
      );
      return (found.rowCount ?? 0) > 0;
    });
    await client.query('commit');
    client.release();
    await recorded;

    expect((await end()).messages[0]).toMatchObject({ delivery: 'sent', sentAs: 'm.ours' });
  });

  it('gives its id to what was sent without one', async () => {
    await record(await attempt(), null);
    const before = await end();

    await ingest([tells.echo('m.ours', words)]);
    await ingest([tells.echo('m.ours', words), tells.seen('m.ours')]);

    expect(before.messages).toEqual([ours('sent', { id: null, sentAs: null })]);
    expect((await end()).messages).toEqual([ours('read')]);
  });

  // Seen failing with only `return true` where planOwnEcho knows the id: no trace of the send is left on disk.
  it('is kept when the send is recorded: Postgres may crash and lose that record', async () => {
    await record(await attempt(), 'm.ours');

    await ingest([tells.echo('m.ours', words), tells.echo('m.ours', words)]);

    const { rows } = await database.owner.query(
      `select status from delivery_events where user_id = $1 and platform_message_id = 'm.ours'`,
      [tenant.userId],
    );
    expect(rows).toEqual([{ status: 'sent' }]);
    expect((await end()).messages).toEqual([ours('sent')]);
  });

  // Seen failing with `facts.ownMessageId` taken out of planOwnEcho (after its record) and with `attempts > 1` taken out
  // of the query (before it): a person’s message, and the AI pauses.
  it.each([
    ['m.ours', 'before the second was recorded'],
    ['m.twin', 'after it'],
  ])('is known for each time that one message was attempted: %s first, %s', async (first) => {
    const messageId = await attempt(words, { attempts: 2 });

    if (first === 'm.ours') await ingest([tells.echo('m.ours', words)]);
    await record(messageId, 'm.twin');
    await ingest([tells.echo('m.twin', words), tells.echo('m.ours', words)]);

    expect(await end()).toMatchObject({
      messages: [{ author: 'ai', id: first, delivery: 'sent' }],
      handledBy: 'ai',
    });
  });
});

describe('the echo of a send that we had given up', () => {
  async function giveUp(messageId: string): Promise<void> {
    const failed = { result: 'failed', errorCode: -1, errorText: 'no answer' } as const;
    await recordSends(app, [
      { userId: tenant.userId, messageId, record: failed, templateName: null },
    ]);
  }

  async function undelivered(): Promise<number> {
    const { rowCount } = await database.owner.query(
      `select from lead_events where user_id = $1 and kind = 'failure' and told_at is null`,
      [tenant.userId],
    );
    return rowCount ?? 0;
  }

  // Seen failing with `d.status <> 'failed'` alone in echo_facts (a second message, and the AI pauses), with it in
  // settleEchoes (it stays failed), and with taken_back taken out (people hear of it).
  it('is ours: it was made after all, and nobody need be told', async () => {
    await giveUp(await attempt(words, { attempts: 4 }));
    const before = [await end(), await undelivered()];

    await ingest([tells.echo('m.ours', words)]);
    await ingest([tells.echo('m.ours', words), tells.seen('m.ours')]);

    expect(before).toMatchObject([{ messages: [{ delivery: 'failed' }] }, 1]);
    expect(await end()).toEqual({ messages: [ours('read')], handledBy: 'ai', isGapless: true });
    expect(await undelivered()).toBe(0);
  });

  it('counts for those who were told already', async () => {
    await giveUp(await attempt(words, { attempts: 4 }));
    await database.owner.query(
      'update lead_events set told_at = now(), tell_at = null where user_id = $1',
      [tenant.userId],
    );

    await ingest([tells.echo('m.ours', words)]);

    expect((await end()).messages).toEqual([ours('sent')]);
    const { rows } = await database.owner.query('select kind from lead_events where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([{ kind: 'failure' }]);
  });

  // Seen failing with `or true` in the place of `or d.attempts > 1`.
  it('is a person’s where Instagram refused our one attempt: they wrote it themselves', async () => {
    await giveUp(await attempt(words));

    await ingest([tells.echo('m.person', words)]);

    expect(await end()).toMatchObject({
      messages: [{ delivery: 'failed' }, persons(words)],
      handledBy: 'human',
    });
  });
});

describe('the echo of a send of an agent that answers no more', () => {
  // Seen failing with the agent looked for by `is_active` in echo_facts: it stays pending and is sent again.
  it('is ours', async () => {
    await attempt();
    await database.owner.query('update agents set is_active = false where user_id = $1', [
      tenant.userId,
    ]);

    await ingest([tells.echo('m.ours', words)]);

    expect((await end()).messages).toEqual([ours('sent')]);
  });

  // Seen failing with `x.is_active` in echo_facts: a message in the new conversation, and its AI pauses.
  it('is ours also when a conversation of another agent has begun', async () => {
    await attempt();
    const { owner } = database;
    await owner.query(
      `with moved as (
         insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token)
         select id || 'x', user_id, platform, meta_phone_number_id || 'x', access_token
           from phone_numbers where user_id = $1
         returning id
       ), replaced as (
         update agents a set is_active = false, phone_number_id = m.id from moved m
          where a.user_id = $1
         returning a.*
       )
       update conversations set is_active = false where user_id = $1`,
      [tenant.userId],
    );
    await owner.query(
      `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name)
       select agent_id || 'x', user_id, $2, prompt_id, name from agents where user_id = $1`,
      [tenant.userId, tenant.phoneNumberId],
    );
    await ingest([tells.writes('m.next')]);

    await ingest([tells.echo('m.ours', words)]);

    const { rows } = await owner.query(
      `select m.author, m.platform_message_id as id, c.handled_by as "handledBy"
         from messages m join conversations c using (conversation_id)
        where m.user_id = $1 order by c.is_active, m.sequence_no`,
      [tenant.userId],
    );
    expect(rows).toEqual([
      { author: 'customer', id: 'm.customer', handledBy: 'ai' },
      { author: 'ai', id: 'm.ours', handledBy: 'ai' },
      { author: 'customer', id: 'm.next', handledBy: 'ai' },
    ]);
  });
});

describe('the echo of what a person wrote in the app', () => {
  it('is a message of theirs while another of ours is on its way', async () => {
    await attempt();

    await ingest([tells.echo('m.person', 'Hello, Rita here')]);

    expect(await end()).toEqual({
      messages: [
        ours('pending', { id: null, sentAs: null, status: 'pending' }),
        persons('Hello, Rita here'),
      ],
      handledBy: 'human',
      isGapless: true,
    });
  });

  // Seen failing with `planning.echoed` not asked (together with ours), and with every message of ours as a
  // candidate (later).
  it('is a message of theirs also when they write the same words as we did', async () => {
    const messageId = await attempt();
    await ingest([tells.echo('m.ours', words), tells.echo('m.person', words)]);
    await record(messageId, 'm.ours');
    await ingest([tells.echo('m.later', words)]);

    expect(await end()).toEqual({
      messages: [ours('sent'), persons(words), { ...persons(words), id: 'm.later' }],
      handledBy: 'human',
      isGapless: true,
    });
  });

  // Seen failing with isStored taken out of planOwnEcho: our message counts as sent.
  it('is not taken for ours when it is told again after we attempted the same words', async () => {
    await ingest([tells.echo('m.person', words)]);
    await attempt();

    await ingest([tells.echo('m.person', words)]);

    expect((await end()).messages).toEqual([
      persons(words),
      ours('pending', { id: null, sentAs: null, status: 'pending' }),
    ]);
  });

  // Seen failing with `w.sent_at between …` taken out of echo_facts: no message, and the AI goes on.
  it.each([
    ['hours after', -3],
    ['hours before', 3],
  ])(
    'is a message of theirs when they write it %s we attempted the same words',
    async (_, hours) => {
      const attemptedAt = new Date(at.getTime() + hours * 3_600_000);
      await record(await attempt(words, { attempts: 2, attemptedAt }), 'm.ours');

      await ingest([tells.echo('m.person', words)]);

      expect(await end()).toMatchObject({ messages: [ours('sent'), persons(words)] });
    },
  );

  it('is not taken for a message of another tenant’s to the same customer', async () => {
    const first = tenant;
    await attempt();
    await newStory();

    await ingest([tells.echo('m.person', words)]);

    expect(await end()).toMatchObject({ messages: [persons(words)], handledBy: 'human' });
    expect((await endOf(database.owner, first)).messages).toMatchObject([{ delivery: 'pending' }]);
  });
});

describe('what the customer has seen', () => {
  const deliveries = async () =>
    (await end()).messages.map(({ delivery }: { delivery: string | null }) => delivery);

  // Seen failing with storeSeen taken out.
  it('includes what we sent before, and nothing that came after', async () => {
    for (const text of ['one', 'two', 'three']) {
      const messageId = await attempt(text);
      await record(messageId, `m.${text}`);
    }

    await ingest([tells.seen('m.two')]);

    expect(await deliveries()).toEqual(['read', 'read', 'sent']);
  });

  // Seen failing, each, with `moved` taken out of recordSends and of settleEchoes.
  it.each(['our record of the send', 'its echo'])(
    'includes what we sent before also when it is told before %s',
    async (settled) => {
      await record(await attempt('one'), 'm.one');
      const second = await attempt('two');
      await ingest([tells.seen('m.two')]);

      if (settled === 'its echo') await ingest([tells.echo('m.two', 'two')]);
      else await record(second, 'm.two');

      expect(await deliveries()).toEqual(['read', 'read']);
    },
  );

  // Seen failing with the second half of `seen` taken out of storeSeen.
  it('includes what we sent before a message of a person’s in the app', async () => {
    await record(await attempt('one'), 'm.one');
    await ingest([tells.echo('m.person', 'Rita here')]);

    await ingest([tells.seen('m.person')]);

    expect(await deliveries()).toEqual(['read', null]);
  });

  // Seen failing with the echoes of the same batch left out of settleEchoes.
  it('includes what we sent before when both are echoed at once after it', async () => {
    await attempt('one', { attempts: 2 });
    await attempt('two');
    await ingest([tells.seen('m.two')]);

    await ingest(['one', 'two'].map((text) => tells.echo(`m.${text}`, text)));

    expect(await deliveries()).toEqual(['read', 'read']);
  });

  type Told = 'seen one' | 'seen two' | 'echo one' | 'echo two' | 'records';

  // Seen failing with `moved` taken out of recordSends, and with `l` taken out of settleEchoes.
  it('ends the same in whatever order it is told, with echoes and records in between', async () => {
    const told = fc.constantFrom<Told>('seen one', 'seen two', 'echo one', 'echo two', 'records');
    await fc.assert(
      fc.asyncProperty(deliveriesOf(told), async (batches) => {
        await newStory();
        const ids = [await attempt('one', { attempts: 2 }), await attempt('two')];

        for (const batch of batches) {
          await ingest(batch.flatMap(eventsOfTwo));
          if (batch.includes('records')) {
            await record(ids[0] ?? '', 'm.one');
            await record(ids[1] ?? '', 'm.two');
          }
        }

        expect(await deliveries()).toEqual(expectedOfTwo(new Set(batches.flat())));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  function eventsOfTwo(what: Told): InboundEvent[] {
    const [kind, text = ''] = what.split(' ');
    if (kind === 'seen') return [tells.seen(`m.${text}`)];
    return kind === 'echo' ? [tells.echo(`m.${text}`, text)] : [];
  }

  function expectedOfTwo(happened: Set<Told>): string[] {
    const isSent = (text: 'one' | 'two') => happened.has('records') || happened.has(`echo ${text}`);
    const isSeen = (text: 'one' | 'two') => happened.has(`seen ${text}`) && isSent(text);
    const fate = (text: 'one' | 'two', seen: boolean) =>
      isSent(text) ? (seen ? 'read' : 'sent') : 'pending';
    return [fate('one', isSeen('one') || isSeen('two')), fate('two', isSeen('two'))];
  }
});
